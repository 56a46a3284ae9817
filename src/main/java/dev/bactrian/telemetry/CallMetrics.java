package dev.bactrian.telemetry;

import dev.bactrian.call.Account.Bill;
import dev.bactrian.call.ChatCall.Outcome;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.plan.Attempt;
import dev.bactrian.plan.Target;
import dev.bactrian.price.Tokens;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counts calls when they have ended. Labels are names of the catalogue, never a client's words. */
final class CallMetrics {
  private static final int TOO_MANY = 429;
  private static final String OTHER = "other";

  private record Request(String operation, int status, String error) {}

  private record Try(String provider, String model, String error) {}

  private record TryMeters(Counter attempts, Timer duration) {}

  private record Hop(String from, String to, String error) {}

  private final MeterRegistry registry;
  private final MeterCache<Request, Counter> requests =
      new MeterCache<>(this::requests, new Request(OTHER, 0, ""));
  private final MeterCache<Try, TryMeters> tries =
      new MeterCache<>(this::tries, new Try(OTHER, OTHER, ""));
  private final MeterCache<Hop, Counter> hops =
      new MeterCache<>(this::hops, new Hop(OTHER, OTHER, ""));
  private final MeterCache<String, Counter> refused = new MeterCache<>(this::refused, OTHER);
  private final MeterCache<ChatMeters.Labelled, ChatMeters> chats;

  CallMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.chats =
        new MeterCache<>(
            labels -> new ChatMeters(registry, labels),
            new ChatMeters.Labelled(OTHER, OTHER, OTHER, ""));
  }

  private Counter requests(Request labels) {
    return Counter.builder("bactrian.requests")
        .description("Requests that were let in, by the route that took them")
        .tag("operation", labels.operation)
        .tag(Labels.STATUS, Integer.toString(labels.status))
        .tag(Labels.ERROR, labels.error)
        .register(registry);
  }

  private TryMeters tries(Try labels) {
    Counter attempts =
        Counter.builder("bactrian.attempts")
            .description(
                "Attempts at a model, those included that ended before the provider was asked")
            .tag(Labels.PROVIDER, ProviderNames.of(labels.provider))
            .tag(Labels.REQUEST_MODEL, labels.model)
            .tag(Labels.ERROR, labels.error)
            .register(registry);
    Timer duration =
        Timer.builder("gen_ai.client.operation.duration")
            .description("Time of one attempt at a provider")
            .serviceLevelObjectives(Labels.DURATIONS)
            .tag(Labels.OPERATION, Labels.CHAT)
            .tag(Labels.PROVIDER, ProviderNames.of(labels.provider))
            .tag(Labels.REQUEST_MODEL, labels.model)
            .tag(Labels.ERROR, labels.error)
            .register(registry);
    return new TryMeters(attempts, duration);
  }

  private Counter hops(Hop labels) {
    boolean same = labels.from.equals(labels.to);
    Counter.Builder hop =
        Counter.builder(same ? "bactrian.retries" : "bactrian.fallbacks")
            .description(same ? "Second tries at a model" : "Calls that went on to another model")
            .tag(Labels.REQUEST_MODEL, labels.from)
            .tag(Labels.ERROR, labels.error);
    return (same ? hop : hop.tag(Labels.RESPONSE_MODEL, labels.to)).register(registry);
  }

  private Counter refused(String kind) {
    return Counter.builder("bactrian.limits.refused")
        .description("Calls that the limit or the budget of a key refused, by kind of limit")
        .tag("limit", kind)
        .register(registry);
  }

  void count(EndedCall ended) {
    Outcome outcome = ended.outcome();
    String error = ended.errorType();
    requests.of(new Request(ended.name(), outcome.status(), error)).increment();
    List<Attempt> attempts = ended.call().attempts();
    if (outcome.status() == TOO_MANY && attempts.isEmpty() && ended.error() != null) {
      refused.of(ended.error().type()).increment();
    }
    for (int i = 0; i < attempts.size(); i++) {
      attempt(attempts.get(i), ended.ended());
      if (i > 0) {
        hop(attempts.get(i - 1), attempts.get(i));
      }
    }
    if (ended.isChat()) {
      chat(ended, error);
    }
  }

  private void attempt(Attempt attempt, long now) {
    Target target = attempt.target();
    UpstreamException failure = attempt.failure();
    TryMeters meters =
        tries.of(new Try(target.provider(), target.model().entry(), EndedCall.word(failure)));
    meters.attempts.increment();
    if (wasSent(failure)) {
      long end = attempt.ended() == 0 ? now : attempt.ended();
      meters.duration.record(end - attempt.started(), TimeUnit.NANOSECONDS);
    }
  }

  /** Whether the provider was asked: not where its breaker was open or its keys were busy. */
  static boolean wasSent(@Nullable UpstreamException failure) {
    return failure == null
        || (failure.errorClass() != ErrorClass.UNAVAILABLE
            && failure.errorClass() != ErrorClass.BUSY);
  }

  private void hop(Attempt from, Attempt to) {
    hops.of(
            new Hop(
                from.target().model().entry(),
                to.target().model().entry(),
                EndedCall.word(from.failure())))
        .increment();
  }

  private void chat(EndedCall ended, String error) {
    Target first = ended.first();
    Target last = ended.call().target();
    ChatMeters meters =
        chats.of(
            new ChatMeters.Labelled(
                last == null ? "" : last.provider(),
                first == null ? OTHER : first.model().entry(),
                last == null ? "" : last.model().entry(),
                error));
    if (!ended.isAside()) {
      meters.duration(ended.ended() - ended.call().started());
    }
    Tokens tokens = ended.tokens();
    if (!tokens.isNone()) {
      meters.tokens(tokens);
      Bill bill = ended.bill();
      meters.cost(bill == null ? null : bill.nanos(), bill == null ? null : bill.currency());
    }
    if (ended.isStream()
        && !ended.isAside()
        && ended.outcome().status() == 200
        && error.isEmpty()) {
      long answered = ended.outcome().answered();
      meters.stream(answered - ended.call().started(), ended.ended() - answered, tokens.out());
    }
  }
}
