package dev.bactrian.settle;

import dev.bactrian.answer.Answers;
import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.Usage;
import dev.bactrian.door.Drain;
import dev.bactrian.plan.Attempt;
import dev.bactrian.plan.Speeds;
import dev.bactrian.plan.Target;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes a call's account: one log line, without bodies and keys. */
public final class SettleStep implements Processor {
  private static final Logger LOG = LoggerFactory.getLogger("bactrian.calls");

  private static final double MILLION = 1e6;
  private static final long FEWEST_TOKENS = 20;

  private final Drain drain;
  private final Speeds speeds;
  private final Answers answers;

  /**
   * The step.
   *
   * @param speeds learns from the answers
   * @param answers tell a client of a cut that nobody took up
   */
  public SettleStep(Drain drain, Speeds speeds, Answers answers) {
    this.drain = drain;
    this.speeds = speeds;
    this.answers = answers;
  }

  @Override
  public void process(Exchange exchange) {
    // Taken away, so that nothing settles a call twice; a call that was not let in has none.
    if (!(exchange.removeVariable(ChatCall.VARIABLE) instanceof ChatCall call)) {
      return;
    }
    drain.leave(call.lifetime());
    if (call.outcome() == null
        && call.resumption() != null
        && call.resumption().failure() != null) {
      call = answers.giveUp(call, call.resumption()); // a chat route that does not go to resume
    }
    ChatCall.Outcome outcome = call.outcome();
    for (Attempt attempt : call.attempts()) {
      if (attempt.lease() != null) {
        attempt.lease().end(outcome == null ? null : outcome.usage());
      }
    }
    if (outcome == null) {
      return;
    }
    // It is closed by now; a call that was answered by no known way leaves its row here.
    call.account().close(call);
    learn(call, outcome);
    if (LOG.isInfoEnabled()) {
      log(call, outcome);
    }
  }

  /** A stream tells both how long the first token took and how fast the rest came. */
  private void learn(ChatCall call, ChatCall.Outcome outcome) {
    Usage usage = outcome.usage();
    boolean stream = call.request() != null && call.request().stream();
    if (!stream
        || usage == null
        || usage.completion() < FEWEST_TOKENS
        || outcome.failure() != null
        || call.attempts().isEmpty()) {
      return;
    }
    Attempt attempt = call.attempts().get(call.attempts().size() - 1);
    if (outcome.answered() < attempt.started()) {
      return; // it went on with what another one began
    }
    double firstToken = (outcome.answered() - attempt.started()) / MILLION;
    double rest = (System.nanoTime() - outcome.answered()) / MILLION;
    speeds.learn(attempt.target().id(), firstToken, 1000 * usage.completion() / Math.max(1, rest));
  }

  private static void log(ChatCall call, ChatCall.Outcome outcome) {
    Target target = call.target();
    Usage usage = outcome.usage();
    StringBuilder line = new StringBuilder(192);
    line.append(call.id()).append(" key=").append(call.key() == null ? "-" : call.key().id());
    if (call.client().beside() != null) {
      line.append(" beside=").append(call.client().beside());
    }
    line.append(" model=").append(target == null ? "-" : target.id());
    if (call.lease() != null && call.lease().name() != null) {
      line.append(" provider-key=").append(call.lease().name());
    }
    line.append(" status=").append(outcome.status());
    line.append(" attempts=").append(call.attempts().size());
    if (usage != null) {
      line.append(" prompt=").append(usage.prompt());
      line.append(" completion=").append(usage.completion());
    }
    line.append(" ms=").append(call.elapsedMillis());
    if (outcome.skipped() > 0) {
      line.append(" skipped=").append(outcome.skipped());
    }
    if (outcome.failure() != null) {
      line.append(" broken=").append(outcome.failure().errorClass());
    }
    LOG.info(line.toString());
  }
}
