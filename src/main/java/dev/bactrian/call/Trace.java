package dev.bactrian.call;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a call is part of. Where there is none the exchange has no variable {@value
 * #VARIABLE}.
 */
public interface Trace {
  /** The name of the exchange variable. */
  String VARIABLE = "trace";

  /** The header that names trace and span. */
  String PARENT = "traceparent";

  /** The header with what tracing systems add to it. */
  String STATE = "tracestate";

  /** What a provider is sent for the last attempt of a call, which is about to be sent. */
  Map<String, String> headers(ChatCall call);

  /** The id of the trace, null where the gateway only passes on what a client has sent. */
  @Nullable String id();
}
