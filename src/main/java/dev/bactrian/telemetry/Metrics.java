package dev.bactrian.telemetry;

import dev.bactrian.answer.Answers;
import dev.bactrian.door.Drain;
import dev.bactrian.edition.ConfigStatus;
import dev.bactrian.ledger.Ledger;
import dev.bactrian.pool.Pools;
import dev.bactrian.provider.Breakers;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that is measured, as Prometheus reads it. What has a name in OpenTelemetry's conventions for
 * generative AI bears that name, the rest begins with {@code bactrian}.
 */
public final class Metrics implements AutoCloseable {
  /** The type of {@link #text} for those who have not asked for another. */
  public static final String PLAIN = "text/plain; version=0.0.4; charset=utf-8";

  private static final String OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final CallMetrics calls = new CallMetrics(registry);
  private final StateGauges state;
  private volatile Supplier<List<String>> live = List::of;

  /** Metrics of a gateway with that state. */
  public Metrics(Breakers breakers, Pools pools, Drain drain, Answers answers, Ledger ledger) {
    state = new StateGauges(registry, breakers, pools, drain, answers, ledger);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** From now on these are the live providers, and that is how edits went. */
  public void watch(Supplier<List<String>> providers, ConfigStatus config) {
    live = providers;
    Gauge.builder("bactrian.config.rejected", config, edit -> edit.isRejected() ? 1 : 0)
        .description("1 while the last edit of the configuration folder is not in use")
        .strongReference(true)
        .register(registry);
    Gauge.builder("bactrian.config.edition", config, ConfigStatus::edition)
        .description("The number of the edition of the configuration that new calls use")
        .strongReference(true)
        .register(registry);
  }

  /** Counts a call that has ended. */
  void count(EndedCall ended) {
    calls.count(ended);
  }

  /** The type in which metrics are told to somebody who accepts these types. */
  public static String type(@Nullable String accepted) {
    return accepted != null && accepted.contains("application/openmetrics-text") ? OPEN : PLAIN;
  }

  /** All metrics as they are now, of the type {@link #PLAIN}. */
  public String text() {
    return text(PLAIN);
  }

  /**
   * All metrics as they are now.
   *
   * @param type one that {@link #type} gave
   */
  public synchronized String text(String type) {
    state.look(live.get());
    return registry.scrape(type);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
