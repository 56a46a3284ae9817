package dev.bactrian.telemetry;

import dev.bactrian.call.Account.Bill;
import dev.bactrian.call.ChatCall;
import dev.bactrian.call.ChatCall.Outcome;
import dev.bactrian.call.Trace;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.plan.Attempt;
import dev.bactrian.plan.Target;
import dev.bactrian.price.Tokens;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A call that has ended, as all of telemetry sees it.
 *
 * @param operation the route by which it came in, or {@value #BRANCH}
 * @param call the call
 * @param outcome how it ended
 * @param bill what it came to, null where nothing is written down
 * @param error what the client was told, null where it was answered or where a provider refused
 * @param ended when it ended, on {@link System#nanoTime}'s clock
 * @param trace the trace that it is part of, null for none
 */
public record EndedCall(
    String operation,
    ChatCall call,
    Outcome outcome,
    @Nullable Bill bill,
    @Nullable ApiException error,
    long ended,
    @Nullable Trace trace) {
  /** The exchange variable that names the operation. */
  public static final String OPERATION = "operation";

  /** The operation of one model of a comparison. */
  public static final String BRANCH = "branch";

  /** The operation of a call that a route sent out beside a client's. */
  private static final String ASIDE = "aside";

  /** The operation of a chat completion. */
  public static final String CHAT = "api-chat";

  private static final int FIRST_ERROR = 400;
  private static final String[] WORDS = words();

  private static String[] words() {
    ErrorClass[] classes = ErrorClass.values();
    String[] words = new String[classes.length];
    for (ErrorClass each : classes) {
      words[each.ordinal()] = each.name().toLowerCase(Locale.ROOT);
    }
    return words;
  }

  /** The class of a failure in lower case, empty for none. */
  static String word(@Nullable UpstreamException failure) {
    return failure == null ? "" : WORDS[failure.errorClass().ordinal()];
  }

  /** What it was about: chat, models, explain and so on. */
  String name() {
    if (isAside()) {
      return ASIDE;
    }
    return operation.startsWith("api-") ? operation.substring(4) : operation;
  }

  /** Whether no client waits for it: its trace is another call's, and its time is nobody's. */
  boolean isAside() {
    return call.client().beside() != null;
  }

  /** Whether a model was to answer it. */
  boolean isChat() {
    return operation.equals(CHAT) || operation.equals(BRANCH);
  }

  /** Whom the plan has first, null where nobody was found for the request. */
  @Nullable Target first() {
    if (!call.attempts().isEmpty()) {
      return call.attempts().get(0).target();
    }
    return call.plan().isEmpty() ? null : call.plan().get(0);
  }

  /** The last attempt, null where there was none. */
  @Nullable Attempt last() {
    List<Attempt> attempts = call.attempts();
    return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
  }

  /**
   * The class of what went wrong in lower case; the status where no provider was asked; empty when
   * nothing went wrong.
   */
  String errorType() {
    if (outcome.failure() != null) {
      return word(outcome.failure());
    }
    Attempt last = last();
    if (last != null && last.failure() != null) {
      return word(last.failure());
    }
    return outcome.status() < FIRST_ERROR ? "" : Integer.toString(outcome.status());
  }

  /** Whether the client has asked for a stream. */
  boolean isStream() {
    return call.request() != null && call.request().stream();
  }

  /** The tokens of it, as far as they are known. */
  Tokens tokens() {
    if (bill != null) {
      return bill.tokens();
    }
    return outcome.usage() == null ? Tokens.NONE : Tokens.of(outcome.usage());
  }
}
