package dev.bactrian.embed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Lifetime;
import dev.bactrian.call.Trace;
import dev.bactrian.door.Drain;
import dev.bactrian.json.Json;
import dev.bactrian.key.ApiKey;
import dev.bactrian.telemetry.Traces;
import java.io.IOException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Makes what a route of the host sends to {@code direct:chat} a call. It is the host's own, unless
 * it comes with a client's key in the header {@code Authorization}.
 */
public final class CalledStep implements Processor {
  /** The exchange property that holds the caller while the call runs. */
  static final String CALLER = "bactrian.caller";

  /** Under which the host's own calls are counted. */
  private static final ApiKey HOST = new ApiKey("host", "Routes of the host");

  private final long callMillis;
  private final Drain drain;
  private final Traces traces;

  /**
   * The step.
   *
   * @param callMillis how long a call may take in all
   * @param drain refuses calls at shutdown
   * @param traces know the trace that a call is part of
   */
  public CalledStep(long callMillis, Drain drain, Traces traces) {
    this.traces = traces;
    this.callMillis = callMillis;
    this.drain = drain;
  }

  @Override
  public void process(Exchange exchange) throws IOException {
    Message message = exchange.getMessage();
    if (message.getBody() instanceof Map || message.getBody() instanceof JsonNode) {
      message.setBody(Json.MAPPER.writeValueAsBytes(message.getBody()));
    }
    message.removeHeader(Exchange.CONTENT_TYPE); // of what the route was sent, not of what it asks
    Lifetime lifetime = new Lifetime(callMillis);
    drain.enter(lifetime);
    Caller caller = new Caller();
    exchange.setProperty(CALLER, caller);
    ChatCall call = ChatCall.begin(caller, lifetime);
    boolean own = message.getHeader("Authorization") == null;
    exchange.setVariable(ChatCall.VARIABLE, own ? call.by(HOST) : call);
    Trace trace =
        traces.enter(
            null,
            "direct:chat",
            message.getHeader(Trace.PARENT, String.class),
            message.getHeader(Trace.STATE, String.class));
    if (trace != null) {
      exchange.setVariable(Trace.VARIABLE, trace);
    }
  }
}
