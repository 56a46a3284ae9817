package dev.bactrian.settle;

import dev.bactrian.answer.Answers;
import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Trace;
import dev.bactrian.chat.Usage;
import dev.bactrian.door.Drain;
import dev.bactrian.error.ApiException;
import dev.bactrian.plan.Attempt;
import dev.bactrian.plan.Speeds;
import dev.bactrian.telemetry.EndedCall;
import dev.bactrian.telemetry.Telemetry;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;

/** Closes a call's account, and has telemetry tell of it. */
public final class SettleStep implements Processor {
  private static final double MILLION = 1e6;
  private static final int FIRST_ERROR = 400;
  private static final long FEWEST_TOKENS = 20;

  private final Drain drain;
  private final Speeds speeds;
  private final Answers answers;
  private final Telemetry telemetry;

  /**
   * The step.
   *
   * @param speeds learns from the answers
   * @param answers tell a client of a cut that nobody took up
   * @param telemetry is told of the call
   */
  public SettleStep(Drain drain, Speeds speeds, Answers answers, Telemetry telemetry) {
    this.drain = drain;
    this.speeds = speeds;
    this.answers = answers;
    this.telemetry = telemetry;
  }

  @Override
  public void process(Exchange exchange) {
    // Taken away, so that nothing settles a call twice; a call that was not let in has none.
    if (!(exchange.removeVariable(ChatCall.VARIABLE) instanceof ChatCall call)) {
      return;
    }
    try {
      settle(exchange, call);
    } finally {
      // Last, so that the process does not end before the call was told of.
      drain.leave(call.lifetime());
    }
  }

  private void settle(Exchange exchange, ChatCall running) {
    ChatCall call = running;
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
    telemetry.ended(ended(exchange, call, outcome));
  }

  private static EndedCall ended(Exchange exchange, ChatCall call, ChatCall.Outcome outcome) {
    String operation =
        exchange.removeVariable(EndedCall.OPERATION) instanceof String name ? name : EndedCall.CHAT;
    Throwable thrown =
        outcome.status() < FIRST_ERROR
            ? null
            : exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
    ApiException error = thrown instanceof ApiException told ? told : null;
    Trace trace = exchange.removeVariable(Trace.VARIABLE) instanceof Trace known ? known : null;
    return new EndedCall(
        operation, call, outcome, call.account().bill(), error, System.nanoTime(), trace);
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
}
