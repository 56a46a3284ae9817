package dev.bactrian.aside;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Lifetime;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.key.ApiKey;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Makes a request a call of its own, whose answer nobody gets: it neither waits for the client's
 * call nor ends with it, is counted under a key of its own, and does not hold up a shutdown.
 */
public final class AsideStep implements Processor {
  /** Under which such calls are counted: no client pays for them. */
  private static final ApiKey KEY = new ApiKey("aside", "Calls beside those of clients");

  private final long callMillis;

  /**
   * The step.
   *
   * @param callMillis how long the call may take
   */
  public AsideStep(long callMillis) {
    this.callMillis = callMillis;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    ChatRequest request = exchange.getMessage().getMandatoryBody(ChatRequest.class);
    ChatCall aside =
        ChatCall.begin(new Nobody(call.id()), new Lifetime(callMillis)).asking(request);
    exchange.setVariable(ChatCall.VARIABLE, aside.by(KEY));
    exchange.getMessage().setBody(request);
  }
}
