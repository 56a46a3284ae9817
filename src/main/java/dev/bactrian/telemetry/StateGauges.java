package dev.bactrian.telemetry;

import dev.bactrian.answer.Answers;
import dev.bactrian.door.Drain;
import dev.bactrian.ledger.Ledger;
import dev.bactrian.pool.Pools;
import dev.bactrian.pool.Pools.Seen;
import dev.bactrian.pool.Pools.SeenPool;
import dev.bactrian.provider.Breakers;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The state of the gateway, looked at when somebody asks. */
final class StateGauges {
  private static final List<String> STATES = List.of("closed", "open", "half_open");

  private final Breakers breakers;
  private final Pools pools;
  private final MultiGauge breakerStates;
  private final MultiGauge members;
  private final MultiGauge inUse;
  private final MultiGauge waiting;

  StateGauges(
      MeterRegistry registry,
      Breakers breakers,
      Pools pools,
      Drain drain,
      Answers answers,
      Ledger ledger) {
    this.breakers = breakers;
    this.pools = pools;
    breakerStates =
        many(registry, "bactrian.breaker.state", "1 for the state that the breaker is in");
    members = many(registry, "bactrian.pool.members", "Keys of a provider by their state");
    inUse = many(registry, "bactrian.pool.in.use", "Calls that have a key of the provider");
    waiting = many(registry, "bactrian.pool.waiting", "Calls that wait for a key of the provider");
    Gauge.builder("bactrian.calls.running", drain, Drain::inside)
        .description("Calls that are running")
        .register(registry);
    Gauge.builder("bactrian.streams.open", answers, Answers::streams)
        .description("Streams that are being sent")
        .register(registry);
    Gauge.builder("bactrian.ledger.journal", ledger, Ledger::journalBytes)
        .description("Bytes of the ledger's journal that are not in the database yet")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("bactrian.ledger.lag", ledger, Ledger::lagSeconds)
        .description("Seconds since all of the ledger's journal was in the database")
        .baseUnit("seconds")
        .register(registry);
    FunctionCounter.builder("bactrian.ledger.lost", ledger, Ledger::lost)
        .description("Calls whose row in the ledger was lost")
        .register(registry);
  }

  private static MultiGauge many(MeterRegistry registry, String name, String description) {
    return MultiGauge.builder(name).description(description).register(registry);
  }

  /**
   * Looks again.
   *
   * @param live the providers that are live
   */
  void look(List<String> live) {
    List<SeenPool> seen = pools.seen();
    List<Row<?>> states = new ArrayList<>();
    for (String provider : live) {
      if (seen.stream().noneMatch(pool -> pool.provider().equals(provider))) {
        String now = breakers.state(provider);
        STATES.forEach(
            state -> states.add(row(provider, "state", state, state.equals(now) ? 1 : 0)));
      }
    }
    breakerStates.register(states, true);
    List<Row<?>> byState = new ArrayList<>();
    List<Row<?>> used = new ArrayList<>();
    List<Row<?>> queues = new ArrayList<>();
    for (SeenPool pool : seen) {
      Map<String, Integer> count = new TreeMap<>(Map.of(Pools.LIVE, 0));
      pool.members().forEach(member -> count.merge(member.state(), 1, Integer::sum));
      count.forEach((state, number) -> byState.add(row(pool.provider(), "state", state, number)));
      used.add(row(pool.provider(), pool.members().stream().mapToLong(Seen::inUse).sum()));
      queues.add(row(pool.provider(), pool.waiting()));
    }
    members.register(byState, true);
    inUse.register(used, true);
    waiting.register(queues, true);
  }

  private static Row<Number> row(String provider, String label, String value, Number number) {
    return Row.of(tags(provider).and(label, value), number);
  }

  private static Row<Number> row(String provider, Number number) {
    return Row.of(tags(provider), number);
  }

  private static Tags tags(String provider) {
    return Tags.of(Labels.PROVIDER, ProviderNames.of(provider));
  }
}
