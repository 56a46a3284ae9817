package dev.bactrian.telemetry;

import dev.bactrian.call.Trace;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Traces, sent by OTLP where an endpoint is set. The SDK reads its usual {@code OTEL_} variables;
 * without an endpoint it is not even started.
 */
public final class Traces implements AutoCloseable {
  private static final List<String> CAPTURING = List.of("true", "span_only", "span_and_event");
  private static final TextMapGetter<Map<String, String>> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> headers) {
          return headers.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> headers, String name) {
          return headers == null ? null : headers.get(name);
        }
      };

  private final boolean propagated;
  private final boolean captured;
  private final @Nullable OpenTelemetrySdk sdk;
  private final @Nullable Tracer tracer;

  /**
   * Traces as the settings have them.
   *
   * @param endpoint of the OTLP receiver, empty for no traces
   * @param propagators {@code OTEL_PROPAGATORS}: trace contexts are taken and passed on where it
   *     has {@code tracecontext}
   * @param capture whether prompts are recorded: {@code true}, {@code span_only} or {@code
   *     span_and_event}. No String, since YAML's "false" finds no constructor that takes one
   */
  public Traces(String endpoint, String propagators, Object capture) {
    propagated = List.of(propagators.strip().split("\\s*,\\s*")).contains("tracecontext");
    captured = CAPTURING.contains(capture.toString().strip().toLowerCase(Locale.ROOT));
    sdk = endpoint.isBlank() ? null : sdk(endpoint.strip());
    tracer = sdk == null ? null : sdk.getTracer("dev.bactrian");
  }

  private static OpenTelemetrySdk sdk(String endpoint) {
    SdkLog.take();
    Map<String, String> defaults = new HashMap<>();
    defaults.put("otel.service.name", "bactrian");
    defaults.put("otel.exporter.otlp.endpoint", endpoint);
    defaults.put("otel.exporter.otlp.protocol", "http/protobuf");
    defaults.put("otel.metrics.exporter", "none");
    defaults.put("otel.logs.exporter", "none");
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> defaults)
        .disableShutdownHook()
        .build()
        .getOpenTelemetrySdk();
  }

  /** Whether spans are made, also for requests that come without a trace. */
  public boolean isOn() {
    return tracer != null;
  }

  /**
   * The trace of a request that comes in, null where there is none.
   *
   * @param method of HTTP, null where it came another way
   * @param route the path that the request was sent to
   * @param parent the client's header {@code traceparent}
   * @param state the client's header {@code tracestate}
   */
  public @Nullable Trace enter(
      @Nullable String method, String route, @Nullable String parent, @Nullable String state) {
    if (tracer == null && parent == null) {
      return null;
    }
    Map<String, String> sent = propagated ? TraceContext.of(parent, state) : Map.of();
    if (tracer == null) {
      return sent.isEmpty() ? null : new PassedTrace(sent);
    }
    Context above = W3CTraceContextPropagator.getInstance().extract(Context.root(), sent, HEADERS);
    SpanClock clock = new SpanClock();
    SpanBuilder span =
        tracer
            .spanBuilder(method == null ? route : method + " " + route)
            .setParent(above)
            .setSpanKind(method == null ? SpanKind.INTERNAL : SpanKind.SERVER)
            .setStartTimestamp(clock.at(clock.begun()));
    if (method != null) {
      span.setAttribute("http.request.method", method).setAttribute("http.route", route);
    }
    return new RecordedTrace(tracer, span.startSpan(), clock, propagated, captured);
  }

  @Override
  public void close() {
    if (sdk != null) {
      sdk.close();
    }
  }
}
