package dev.bactrian.door;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Client;
import dev.bactrian.call.Lifetime;
import dev.bactrian.host.HttpHost;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Takes a request in: gives it an id, a deadline and a way to notice that the client has gone. */
public final class DoorStep implements Processor {
  private final long callMillis;
  private final Drain drain;
  private final HttpHost http;

  /**
   * The step.
   *
   * @param callMillis how long a call may take in all
   * @param drain closes the door at shutdown
   * @param http knows the client of a request
   */
  public DoorStep(long callMillis, Drain drain, HttpHost http) {
    this.callMillis = callMillis;
    this.drain = drain;
    this.http = http;
  }

  @Override
  public void process(Exchange exchange) {
    Lifetime lifetime = new Lifetime(callMillis);
    drain.enter(lifetime);
    Client client = http.client(exchange);
    exchange.setVariable(ChatCall.VARIABLE, ChatCall.begin(client, lifetime));
    client.onGone(lifetime::cancel);
  }
}
