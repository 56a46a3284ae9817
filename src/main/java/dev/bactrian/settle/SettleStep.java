package dev.bactrian.settle;

import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.Usage;
import dev.bactrian.door.Drain;
import dev.bactrian.plan.Target;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a call's account: one log line, without bodies and keys. */
public final class SettleStep implements Processor {
  private static final Logger LOG = LoggerFactory.getLogger("bactrian.calls");

  private final Drain drain;

  /** The step. */
  public SettleStep(Drain drain) {
    this.drain = drain;
  }

  @Override
  public void process(Exchange exchange) {
    // Taken away, so that nothing settles a call twice; a call that was not let in has none.
    if (!(exchange.removeVariable(ChatCall.VARIABLE) instanceof ChatCall call)) {
      return;
    }
    drain.leave();
    ChatCall.Outcome outcome = call.outcome();
    if (outcome == null || !LOG.isInfoEnabled()) {
      return;
    }
    Target target = call.target();
    Usage usage = outcome.usage();
    StringBuilder line = new StringBuilder(192);
    line.append(call.id()).append(" key=").append(call.key() == null ? "-" : call.key().id());
    line.append(" model=").append(target == null ? "-" : target.model());
    line.append(" status=").append(outcome.status());
    line.append(" attempts=").append(call.attempts().size());
    if (usage != null) {
      line.append(" prompt=").append(usage.prompt());
      line.append(" completion=").append(usage.completion());
    }
    line.append(" ms=").append(call.elapsedMillis());
    if (outcome.failure() != null) {
      line.append(" broken=").append(outcome.failure().errorClass());
    }
    LOG.info(line.toString());
  }
}
