package dev.bactrian.door;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Client;
import dev.bactrian.call.Lifetime;
import dev.bactrian.call.Trace;
import dev.bactrian.host.HttpHost;
import dev.bactrian.telemetry.EndedCall;
import dev.bactrian.telemetry.Traces;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.jspecify.annotations.Nullable;

/** Takes a request in: gives it an id, a deadline and a way to notice that the client has gone. */
public final class DoorStep implements Processor {
  private final long callMillis;
  private final Drain drain;
  private final HttpHost http;
  private final Traces traces;

  /**
   * The step.
   *
   * @param callMillis how long a call may take in all
   * @param drain closes the door at shutdown
   * @param http knows the client of a request
   * @param traces know the trace that a request is part of
   */
  public DoorStep(long callMillis, Drain drain, HttpHost http, Traces traces) {
    this.callMillis = callMillis;
    this.drain = drain;
    this.http = http;
    this.traces = traces;
  }

  @Override
  public void process(Exchange exchange) {
    Lifetime lifetime = new Lifetime(callMillis);
    drain.enter(lifetime);
    Client client = http.client(exchange);
    exchange.setVariable(ChatCall.VARIABLE, ChatCall.begin(client, lifetime));
    exchange.setVariable(EndedCall.OPERATION, exchange.getFromRouteId());
    String parent = http.header(exchange, Trace.PARENT);
    if (parent != null || traces.isOn()) {
      trace(exchange, parent);
    }
    client.onGone(lifetime::cancel);
  }

  private void trace(Exchange exchange, @Nullable String parent) {
    String method = exchange.getMessage().getHeader(Exchange.HTTP_METHOD, String.class);
    String path =
        exchange.getFromEndpoint() instanceof PlatformHttpEndpoint door
            ? door.getPath()
            : exchange.getFromRouteId();
    Trace trace = traces.enter(method, path, parent, http.header(exchange, Trace.STATE));
    if (trace != null) {
      exchange.setVariable(Trace.VARIABLE, trace);
    }
  }
}
