package dev.bactrian.telemetry;

import dev.bactrian.price.Tokens;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The meters of chat completions that share their labels. */
final class ChatMeters {
  private static final double NANO = 1e-9;

  /**
   * Labels.
   *
   * @param provider the provider of the last attempt, empty where there was none
   * @param first the catalogue's entry of the first attempt
   * @param last the catalogue's entry of the last attempt
   * @param error what went wrong, empty for nothing
   */
  record Labelled(String provider, String first, String last, String error) {}

  private final MeterRegistry registry;
  private final Tags tags;
  private final Timer duration;
  private final ConcurrentHashMap<String, Counter> costs = new ConcurrentHashMap<>();
  private volatile @Nullable TokenMeters tokens;
  private volatile @Nullable StreamMeters stream;

  ChatMeters(MeterRegistry registry, Labelled labels) {
    this.registry = registry;
    this.tags =
        Tags.of(
            Labels.OPERATION,
            Labels.CHAT,
            Labels.PROVIDER,
            ProviderNames.of(labels.provider),
            Labels.REQUEST_MODEL,
            labels.first,
            Labels.RESPONSE_MODEL,
            labels.last);
    this.duration =
        timer(
            "gen_ai.server.request.duration",
            "Time of a whole call, all attempts together",
            Labels.DURATIONS,
            tags.and(Labels.ERROR, labels.error));
  }

  private Timer timer(String name, String description, Duration[] buckets, Tags tagged) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(buckets)
        .tags(tagged)
        .register(registry);
  }

  void duration(long nanos) {
    duration.record(nanos, TimeUnit.NANOSECONDS);
  }

  void tokens(Tokens used) {
    TokenMeters meters = tokens;
    if (meters == null) {
      meters = new TokenMeters();
      tokens = meters;
    }
    meters.add(used);
  }

  /** What the tokens cost, null where that is unknown. */
  void cost(@Nullable Long nanos, @Nullable String currency) {
    if (nanos == null || currency == null) {
      costs.computeIfAbsent("", none -> unknown()).increment();
    } else {
      costs.computeIfAbsent(currency, this::cost).increment(nanos * NANO);
    }
  }

  private Counter cost(String currency) {
    return Counter.builder("bactrian.cost")
        .description("What the tokens cost at list prices, in units of the currency")
        .tags(tags.and("currency", currency))
        .register(registry);
  }

  private Counter unknown() {
    return Counter.builder("bactrian.cost.unknown")
        .description("Calls that have used tokens whose price is unknown")
        .tags(tags)
        .register(registry);
  }

  /**
   * A stream that came to its end.
   *
   * @param firstNanos from the request to its first content
   * @param restNanos from there to its end
   * @param out tokens out
   */
  void stream(long firstNanos, long restNanos, long out) {
    StreamMeters meters = stream;
    if (meters == null) {
      meters = new StreamMeters();
      stream = meters;
    }
    meters.first.record(firstNanos, TimeUnit.NANOSECONDS);
    if (out > 1) {
      meters.perToken.record(restNanos / (out - 1), TimeUnit.NANOSECONDS);
    }
  }

  private final class StreamMeters {
    private final Timer first =
        timer(
            "gen_ai.server.time_to_first_token",
            "Time from a request to the first content of its stream",
            Labels.FIRST_TOKEN,
            tags);
    private final Timer perToken =
        timer(
            "gen_ai.server.time_per_output_token",
            "Time of each token of a stream after the first",
            Labels.PER_TOKEN,
            tags);
  }

  private final class TokenMeters {
    private final DistributionSummary in = usage("input");
    private final DistributionSummary out = usage("output");
    private final Counter prompt = kind("prompt");
    private final Counter cached = kind("cached");
    private final Counter cacheWrite = kind("cache_write");
    private final Counter completion = kind("completion");
    private final Counter reasoning = kind("reasoning");

    private DistributionSummary usage(String type) {
      return DistributionSummary.builder("gen_ai.client.token.usage")
          .description("Tokens of a call: input with what came from a cache, output with thoughts")
          .serviceLevelObjectives(Labels.TOKENS)
          .tags(tags.and(Labels.TOKEN_TYPE, type))
          .register(registry);
    }

    private Counter kind(String kind) {
      return Counter.builder("bactrian.tokens")
          .description("Tokens by the kinds that have prices; none is in two of them")
          .tags(tags.and("kind", kind))
          .register(registry);
    }

    void add(Tokens used) {
      in.record(used.in());
      out.record(used.out());
      add(prompt, used.prompt());
      add(cached, used.cached());
      add(cacheWrite, used.cacheWrite());
      add(completion, used.completion());
      add(reasoning, used.reasoning());
    }

    private static void add(Counter counter, long tokens) {
      if (tokens > 0) {
        counter.increment(tokens);
      }
    }
  }
}
