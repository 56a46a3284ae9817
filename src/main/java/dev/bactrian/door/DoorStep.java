package dev.bactrian.door;

import dev.bactrian.answer.VertxClient;
import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Client;
import dev.bactrian.call.Lifetime;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/** Takes a request in: gives it an id, a deadline and a way to notice that the client has gone. */
public final class DoorStep implements Processor {
  private final long callMillis;
  private final Drain drain;

  /**
   * The step.
   *
   * @param callMillis how long a call may take in all
   * @param drain closes the door at shutdown
   */
  public DoorStep(long callMillis, Drain drain) {
    this.callMillis = callMillis;
    this.drain = drain;
  }

  @Override
  public void process(Exchange exchange) {
    Lifetime lifetime = new Lifetime(callMillis);
    drain.enter(lifetime);
    HttpMessage message = exchange.getMessage(HttpMessage.class);
    Client client = new VertxClient(message.getRequest(), message.getResponse());
    exchange.setVariable(ChatCall.VARIABLE, ChatCall.begin(client, lifetime));
    client.onGone(lifetime::cancel);
  }
}
