package dev.bactrian.telemetry;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Trace;
import dev.bactrian.plan.Attempt;
import dev.bactrian.plan.Target;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One span for a request, and below it one for each attempt at a provider. */
final class RecordedTrace implements Trace {
  private static final int FIRST_SERVER_ERROR = 500;

  private final Tracer tracer;
  private final Span request;
  private final SpanClock clock;
  private final boolean propagated;
  private final boolean captured;
  private final Map<String, Span> attempts = new ConcurrentHashMap<>();

  /**
   * A trace whose first span is there.
   *
   * @param propagated whether providers are told of it
   * @param captured whether prompts are recorded
   */
  RecordedTrace(
      Tracer tracer, Span request, SpanClock clock, boolean propagated, boolean captured) {
    this.tracer = tracer;
    this.request = request;
    this.clock = clock;
    this.propagated = propagated;
    this.captured = captured;
  }

  @Override
  public String id() {
    return request.getSpanContext().getTraceId();
  }

  @Override
  public Map<String, String> headers(ChatCall call) {
    if (call.attempts().isEmpty()) {
      return Map.of();
    }
    Span span = attempt(call, call.attempts().size() - 1);
    Map<String, String> headers = new HashMap<>();
    if (propagated) {
      W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), headers, Map::put);
    }
    return headers;
  }

  /** The span of an attempt; one that has not reached the provider has none yet. */
  private Span attempt(ChatCall call, int index) {
    return attempts.computeIfAbsent(
        call.id() + "/" + index, none -> begin(call.attempts().get(index)));
  }

  private Span begin(Attempt attempt) {
    Target target = attempt.target();
    return tracer
        .spanBuilder("chat " + target.model().entry())
        .setParent(Context.root().with(request))
        .setSpanKind(SpanKind.CLIENT)
        .setStartTimestamp(clock.at(attempt.started()))
        .setAttribute(Labels.OPERATION, Labels.CHAT)
        .setAttribute(Labels.PROVIDER, ProviderNames.of(target.provider()))
        .setAttribute(Labels.REQUEST_MODEL, target.model().upstream())
        .startSpan();
  }

  /**
   * A call has ended; a branch of a comparison, and a call beside a client's, leave the span of the
   * request to the request.
   */
  void ended(EndedCall ended) {
    List<Attempt> tried = ended.call().attempts();
    for (int i = 0; i < tried.size(); i++) {
      Span span = attempt(ended.call(), i);
      attempts.remove(ended.call().id() + "/" + i);
      boolean answered = i == tried.size() - 1;
      finish(span, tried.get(i), ended, answered);
    }
    if (!ended.operation().equals(EndedCall.BRANCH) && !ended.isAside()) {
      finish(ended);
    }
  }

  private void finish(Span span, Attempt attempt, EndedCall ended, boolean answered) {
    if (span.isRecording()) {
      String error = EndedCall.word(attempt.failure());
      if (!error.isEmpty()) {
        span.setAttribute(Labels.ERROR, error).setStatus(StatusCode.ERROR);
      } else if (answered) {
        SpanFacts.answer(span, ended);
      }
      if (attempt.failure() != null && attempt.failure().status() > 0) {
        span.setAttribute(Labels.STATUS, attempt.failure().status());
      }
    }
    span.end(clock.at(attempt.ended() == 0 ? ended.ended() : attempt.ended()));
  }

  private void finish(EndedCall ended) {
    if (request.isRecording()) {
      request.setAttribute("bactrian.request.id", ended.call().id());
      request.setAttribute(Labels.STATUS, ended.outcome().status());
      String error = ended.errorType();
      if (!error.isEmpty()) {
        request.setAttribute(Labels.ERROR, error);
      }
      if (ended.outcome().status() >= FIRST_SERVER_ERROR || ended.outcome().failure() != null) {
        request.setStatus(StatusCode.ERROR);
      }
      if (ended.isChat()) {
        SpanFacts.request(request, ended, captured);
      }
    }
    request.end(clock.at(ended.ended()));
  }
}
