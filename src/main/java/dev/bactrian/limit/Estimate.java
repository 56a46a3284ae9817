package dev.bactrian.limit;

import com.fasterxml.jackson.core.JsonToken;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Member;
import dev.bactrian.plan.Needs;
import dev.bactrian.plan.Target;
import dev.bactrian.price.Cost;
import dev.bactrian.price.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a call may come to, before it is known.
 *
 * @param tokens tokens in and out
 * @param nanos what they may cost, billionths of a US dollar, 0 where no price is known
 */
record Estimate(long tokens, long nanos) {
  private static final long USUAL_OUTPUT = 1_000;
  private static final long MOST_OUTPUT = 10_000_000;

  /**
   * Estimates a call: its prompt by its length, and as many tokens out as it allows.
   *
   * @param targets where it may go; the dearest counts
   * @param priced whether the cost matters
   */
  static Estimate of(ChatRequest request, List<Target> targets, Exchange exchange, boolean priced) {
    long in = Needs.promptTokens(request);
    long asked = asked(request);
    long most = 0;
    long nanos = 0;
    Instant now = priced ? Instant.now() : Instant.EPOCH;
    for (Target target : targets) {
      Long limit = target.model().output();
      long out = asked > 0 ? asked : USUAL_OUTPUT;
      out = limit == null ? out : Math.min(out, limit);
      out *= answers(request);
      most = Math.max(most, out);
      if (priced) {
        var price = target.model().price(now);
        Long cost = Cost.nanos(new Tokens(in, 0, 0, out, 0), price);
        nanos = Math.max(nanos, exchange.dollars(cost, price == null ? null : price.currency()));
      }
    }
    return new Estimate(in + most, nanos);
  }

  private static long asked(ChatRequest request) {
    long completion = number(request, "max_completion_tokens");
    return completion > 0 ? completion : number(request, "max_tokens");
  }

  private static long answers(ChatRequest request) {
    return Math.max(1, Math.min(128, number(request, "n")));
  }

  private static long number(ChatRequest request, String name) {
    Member member = request.index().get(name);
    if (member == null || member.token() != JsonToken.VALUE_NUMBER_INT) {
      return 0;
    }
    int length = member.valueEnd() - member.valueStart();
    String digits =
        new String(request.json(), member.valueStart(), length, StandardCharsets.US_ASCII);
    try {
      return Math.min(MOST_OUTPUT, Math.max(0, Long.parseLong(digits)));
    } catch (NumberFormatException e) {
      return MOST_OUTPUT;
    }
  }

  /** What other currencies are worth. */
  interface Exchange {
    /** Billionths of a US dollar, 0 where the amount or the currency is unknown. */
    long dollars(@Nullable Long nanos, @Nullable String currency);
  }
}
