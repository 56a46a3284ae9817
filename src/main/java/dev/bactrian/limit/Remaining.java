package dev.bactrian.limit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is left of a call's limits, for its headers: of several, what is left of the tightest. */
final class Remaining {
  private static final Names REQUESTS = Names.of("requests");
  private static final Names TOKENS = Names.of("tokens");
  private static final long MILLION = 1_000_000;

  private @Nullable Left requests;
  private @Nullable Left tokens;

  private record Names(String limit, String remaining, String reset) {
    static Names of(String what) {
      return new Names(
          "x-ratelimit-limit-" + what,
          "x-ratelimit-remaining-" + what,
          "x-ratelimit-reset-" + what);
    }
  }

  private record Left(long limit, long remaining, long resetNanos) {}

  void requests(long limit, long remaining, long resetNanos) {
    requests = tighter(requests, new Left(limit, Math.max(0, remaining), resetNanos));
  }

  void tokens(long limit, long remaining, long resetNanos) {
    tokens = tighter(tokens, new Left(limit, Math.max(0, remaining), resetNanos));
  }

  private static Left tighter(@Nullable Left one, Left other) {
    return one == null || other.remaining() < one.remaining() ? other : one;
  }

  /** The headers. */
  Map<String, String> headers() {
    if (requests == null && tokens == null) {
      return Map.of();
    }
    Map<String, String> headers = new LinkedHashMap<>(8);
    add(headers, REQUESTS, requests);
    add(headers, TOKENS, tokens);
    return headers;
  }

  private static void add(Map<String, String> headers, Names names, @Nullable Left left) {
    if (left != null) {
      headers.put(names.limit(), Long.toString(left.limit()));
      headers.put(names.remaining(), Long.toString(left.remaining()));
      headers.put(names.reset(), duration(left.resetNanos()));
    }
  }

  /** A duration as OpenAI writes it: {@code 120ms}, {@code 1s}, {@code 6m0s}, rounded up. */
  static String duration(long nanos) {
    long millis = Math.max(0, (nanos + MILLION - 1) / MILLION);
    if (millis < 1000) {
      return millis + "ms";
    }
    long seconds = (millis + 999) / 1000;
    return seconds < 60 ? seconds + "s" : seconds / 60 + "m" + seconds % 60 + "s";
  }
}
