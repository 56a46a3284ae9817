package dev.bactrian.telemetry;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Trace;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client's trace of which the gateway is no part: providers get what the client sent. */
record PassedTrace(Map<String, String> sent) implements Trace {
  @Override
  public Map<String, String> headers(ChatCall call) {
    return sent;
  }

  @Override
  public @Nullable String id() {
    return null;
  }
}
