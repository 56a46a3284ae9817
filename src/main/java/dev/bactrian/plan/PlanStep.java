package dev.bactrian.plan;

import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.key.ApiKey;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Decides which targets may answer, and in which order. */
public final class PlanStep implements Processor {
  private final Planner planner;

  /** The step with its planner. */
  public PlanStep(Planner planner) {
    this.planner = planner;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    ChatRequest request = exchange.getMessage().getMandatoryBody(ChatRequest.class);
    ApiKey key = Objects.requireNonNull(call.key());
    Plan plan = planner.plan(request, model -> key.permits(model.id(), model.provider()));
    exchange.setVariable(ChatCall.VARIABLE, call.asking(request).planned(plan.targets()));
  }
}
