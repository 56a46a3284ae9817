package dev.bactrian.ledger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.call.ChatCall;
import dev.bactrian.call.ChatCall.Outcome;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import dev.bactrian.key.ApiKey;
import dev.bactrian.ledger.LedgerRow.Ending;
import dev.bactrian.plan.Attempt;
import dev.bactrian.plan.Target;
import dev.bactrian.price.Tokens;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes rows of calls. */
final class Rows {
  private static final int LONGEST_NAME = 200;
  private static final int MOST_FAILED = 50;

  private Rows() {}

  /** The row of a call that is under way, as it stays if nothing more is heard of it. */
  static LedgerRow begun(ChatCall call) {
    long started = started(call);
    Consumption used = Consumption.begun(call, Instant.ofEpochMilli(started));
    return row(call, started, used, Ending.NODE_LOST, null, null);
  }

  /** The row of a call that has ended. */
  static LedgerRow ended(ChatCall call) {
    Outcome outcome = call.outcome();
    if (outcome == null) {
      throw new IllegalArgumentException(call.id() + " has not ended.");
    }
    long started = started(call);
    Consumption used = Consumption.ended(call, outcome, Instant.ofEpochMilli(started));
    Ending ending = ending(call, outcome);
    return row(call, started, used, ending, error(call, ending), outcome);
  }

  /** When a call came in, milliseconds since 1970. */
  private static long started(ChatCall call) {
    return System.currentTimeMillis() - call.elapsedMillis();
  }

  private static Ending ending(ChatCall call, Outcome outcome) {
    if (outcome.status() == ErrorClass.ABORT.status() || isAborted(call)) {
      return Ending.CLIENT_GONE;
    }
    if (outcome.status() == 200) {
      return outcome.failure() == null ? Ending.SUCCESS : Ending.CUT;
    }
    return call.attempts().isEmpty() && outcome.status() < 500 ? Ending.REFUSED : Ending.ERROR;
  }

  private static LedgerRow row(
      ChatCall call,
      long started,
      Consumption used,
      Ending ending,
      @Nullable String error,
      @Nullable Outcome outcome) {
    Target target = call.target();
    ChatRequest request = call.request();
    boolean stream = request != null && request.stream();
    boolean answered = outcome != null && outcome.status() == 200;
    long answerNanos = outcome == null ? 0 : outcome.answered() - call.started();
    Tokens tokens = used.tokens();
    return new LedgerRow(
        call.id(),
        started,
        call.key() == null ? null : call.key().id(),
        owner(call),
        request == null ? null : clean(request.model()),
        answered && target != null ? clean(target.id()) : null,
        target == null ? null : clean(target.provider()),
        target == null ? null : clean(target.model().upstream()),
        call.attempts().size(),
        failed(call.attempts()),
        tokens.prompt(),
        tokens.cached(),
        tokens.cacheWrite(),
        tokens.completion(),
        tokens.reasoning(),
        used.estimated(),
        used.cost(),
        used.currency(),
        used.price() == null ? null : used.price().from(),
        answered && stream ? answerNanos / 1_000_000 : null,
        outcome == null ? null : Long.valueOf(call.elapsedMillis()),
        ending,
        error,
        outcome == null ? 0 : outcome.status(),
        stream);
  }

  private static @Nullable String owner(ChatCall call) {
    ApiKey key = call.key();
    return key == null || key.owner() == null ? null : key.owner().id();
  }

  private static @Nullable UpstreamException lastFailure(ChatCall call) {
    List<Attempt> attempts = call.attempts();
    return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1).failure();
  }

  /** Whether the client went away while a provider was at it. */
  private static boolean isAborted(ChatCall call) {
    UpstreamException last = lastFailure(call);
    return last != null && last.errorClass() == ErrorClass.ABORT;
  }

  private static @Nullable String error(ChatCall call, Ending ending) {
    UpstreamException failure = lastFailure(call);
    return failure == null || ending == Ending.SUCCESS ? null : word(failure);
  }

  private static String word(UpstreamException failure) {
    return failure.errorClass().name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable String failed(List<Attempt> attempts) {
    ArrayNode all = null;
    for (Attempt attempt : attempts) {
      UpstreamException failure = attempt.failure();
      if (failure != null) {
        all = all == null ? Json.MAPPER.createArrayNode() : all;
        if (all.size() < MOST_FAILED) {
          ObjectNode one = all.addObject();
          one.put("model", clean(attempt.target().id())).put("error", word(failure));
          if (failure.status() > 0) {
            one.put("status", failure.status());
          }
        }
      }
    }
    return all == null ? null : all.toString();
  }

  /** A name as every database can hold it, whatever a client has put into it. */
  static String clean(String name) {
    int length = Math.min(name.length(), LONGEST_NAME);
    for (int i = 0; i < length; i++) {
      if (isStrange(name.charAt(i))) {
        StringBuilder cleaned = new StringBuilder(length);
        name.chars().limit(length).forEach(c -> cleaned.append(isStrange(c) ? '?' : (char) c));
        return cleaned.toString();
      }
    }
    return name.substring(0, length);
  }

  private static boolean isStrange(int c) {
    return c < ' ' || c == 0x7f || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
