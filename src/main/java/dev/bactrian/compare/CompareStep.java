package dev.bactrian.compare;

import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.ApiException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Makes one branch for each model of the request. */
public final class CompareStep implements Processor {
  /** The name of the exchange variable. */
  static final String COMPARISON = "comparison";

  private static final int MOST = 20;

  private final long callMillis;

  /**
   * The step.
   *
   * @param callMillis how long a branch may take
   */
  public CompareStep(long callMillis) {
    this.callMillis = callMillis;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    ChatRequest request = exchange.getMessage().getMandatoryBody(ChatRequest.class);
    if (request.models().size() + 1 > MOST) {
      throw ApiException.badRequest(
          "invalid_value", "models", "At most " + MOST + " models can be compared at once.");
    }
    Comparison comparison = new Comparison(call, request, callMillis);
    exchange.setVariable(COMPARISON, comparison);
    exchange.getMessage().setBody(comparison.branches());
  }
}
