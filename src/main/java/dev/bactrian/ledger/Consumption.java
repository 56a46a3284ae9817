package dev.bactrian.ledger;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.ChatCall.Outcome;
import dev.bactrian.catalogue.Model.Price;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.plan.Attempt;
import dev.bactrian.plan.Attempt.Part;
import dev.bactrian.plan.Needs;
import dev.bactrian.plan.Target;
import dev.bactrian.price.Cost;
import dev.bactrian.price.Tokens;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a call has used of its providers, and what that costs.
 *
 * @param tokens all of them
 * @param estimated whether some are an estimate
 * @param cost nano-units, null where a price is unknown, or parts have prices in several currencies
 * @param price the price of the last part, null where it is unknown or nothing was used
 */
record Consumption(Tokens tokens, boolean estimated, @Nullable Long cost, @Nullable Price price) {
  private static final Consumption NOTHING = new Consumption(Tokens.NONE, false, 0L, null);

  /** What a call that is under way has used, as far as can be told. */
  static Consumption begun(ChatCall call, Instant started) {
    return of(new Tokens(prompt(call), 0, 0, 0, 0), true, call.target(), started);
  }

  /**
   * What a call has used that has ended: what the provider says of a whole answer; what can be
   * estimated of one that did not come to its end or came without usage, also where another
   * provider went on with it; nothing of an attempt that failed before.
   */
  static Consumption ended(ChatCall call, Outcome outcome, Instant started) {
    Consumption sum = NOTHING;
    long before = 0;
    for (Attempt attempt : call.attempts()) {
      Part part = attempt.part();
      if (part != null) {
        sum = sum.plus(of(part, prompt(call) + before, attempt.target(), started));
        before += part.relayed();
      }
    }
    if (isAnswered(call, outcome)) {
      Part last = new Part(outcome.usage(), outcome.relayed(), outcome.finished(), 0);
      sum = sum.plus(of(last, prompt(call) + before, call.target(), started));
    }
    return sum;
  }

  /** Whether the last attempt has an answer to its end, or nobody waited for that end. */
  private static boolean isAnswered(ChatCall call, Outcome outcome) {
    if (call.attempts().isEmpty()) {
      return false;
    }
    Attempt last = call.attempts().get(call.attempts().size() - 1);
    UpstreamException failure = last.failure();
    return last.part() == null
        && (failure == null ? outcome.status() == 200 : failure.errorClass() == ErrorClass.ABORT);
  }

  private static Consumption of(Part part, long prompt, @Nullable Target target, Instant started) {
    if (part.usage() == null) {
      return of(new Tokens(prompt, 0, 0, part.relayed(), 0), true, target, started);
    }
    Tokens told = Tokens.of(part.usage());
    if (part.finished()) {
      return of(told, false, target, started);
    }
    long in = told.in() > 0 ? told.prompt() : prompt;
    long out = Math.max(told.completion(), part.relayed() - told.reasoning());
    Tokens all = new Tokens(in, told.cached(), told.cacheWrite(), out, told.reasoning());
    return of(all, true, target, started);
  }

  private static Consumption of(
      Tokens tokens, boolean estimated, @Nullable Target target, Instant started) {
    Price price = target == null || tokens.isNone() ? null : target.model().price(started);
    return new Consumption(tokens, estimated, Cost.nanos(tokens, price), price);
  }

  private Consumption plus(Consumption next) {
    if (this == NOTHING) {
      return next;
    }
    Tokens sum =
        new Tokens(
            tokens.prompt() + next.tokens.prompt(),
            tokens.cached() + next.tokens.cached(),
            tokens.cacheWrite() + next.tokens.cacheWrite(),
            tokens.completion() + next.tokens.completion(),
            tokens.reasoning() + next.tokens.reasoning());
    Long nanos = null;
    if (cost != null && next.cost != null && Objects.equals(currency(), next.currency())) {
      nanos = Math.addExact(cost, next.cost);
    }
    return new Consumption(sum, estimated || next.estimated, nanos, next.price);
  }

  @Nullable String currency() {
    return price == null ? null : price.currency();
  }

  /** By the request's length, without reading it again, unless pictures are in it. */
  private static long prompt(ChatCall call) {
    ChatRequest request = call.request();
    return request == null ? 0 : Needs.promptTokens(request);
  }
}
