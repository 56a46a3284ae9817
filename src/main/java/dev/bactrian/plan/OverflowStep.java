package dev.bactrian.plan;

import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.pool.Lease;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Looks at what a target answered: when the prompt was too long for it, the plan goes on with
 * larger models, and with no others. The variable {@code larger} says whether there are any.
 */
public final class OverflowStep implements Processor {
  @Override
  public void process(Exchange exchange) {
    boolean larger = false;
    if (exchange.getMessage().getBody() instanceof ChatReply.Refused refused
        && refused.failure().errorClass() == ErrorClass.CONTEXT) {
      ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
      List<Target> targets = Conduct.larger(Objects.requireNonNull(call.target()), call.plan());
      larger = !targets.isEmpty();
      if (larger) {
        Lease lease = call.lease();
        if (lease != null) {
          lease.answered();
          lease.end(Usage.NONE);
        }
        exchange.setVariable(ChatCall.VARIABLE, call.failed(refused.failure()).planned(targets));
      }
    }
    exchange.setVariable("larger", larger);
  }
}
