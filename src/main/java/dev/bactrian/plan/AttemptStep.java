package dev.bactrian.plan;

import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatRequest;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Takes the next target off the plan, and says in the variables {@code provider} and {@code model}
 * where the call goes.
 */
public final class AttemptStep implements Processor {
  @Override
  public void process(Exchange exchange) {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class).attempting();
    Target target = Objects.requireNonNull(call.target());
    ChatRequest request = Objects.requireNonNull(call.request());
    call.account().attempting(call);
    exchange.setVariable(ChatCall.VARIABLE, call);
    exchange.setVariable("provider", target.provider());
    exchange.setVariable("model", target.id());
    exchange
        .getMessage()
        .setBody(request.withModel(target.model().upstream(), target.model().output()));
  }
}
