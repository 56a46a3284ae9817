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
    if (exchange.removeProperty(Drain.ENTERED) == null) {
      return;
    }
    drain.leave();
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    ChatCall.Outcome outcome = call.outcome();
    if (outcome == null || !LOG.isInfoEnabled()) {
      return;
    }
    Target target = call.target();
    Usage usage = outcome.usage();
    LOG.info(
        "{} key={} model={} status={} attempts={} prompt={} completion={} ms={}{}",
        call.id(),
        call.key() == null ? "-" : call.key().id(),
        target == null ? "-" : target.model(),
        outcome.status(),
        call.attempts().size(),
        usage == null ? "-" : usage.prompt(),
        usage == null ? "-" : usage.completion(),
        call.elapsedMillis(),
        outcome.failure() == null ? "" : " broken=" + outcome.failure().errorClass());
  }
}
