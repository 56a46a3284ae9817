package dev.bactrian.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import dev.bactrian.key.ApiKey;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Answers {@code POST /v1/route/explain}: where a request would go, and why; no one is called. */
public final class ExplainStep implements Processor {
  private final Planner planner;

  /** The step. */
  public ExplainStep(Planner planner) {
    this.planner = planner;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    ChatRequest request = exchange.getMessage().getMandatoryBody(ChatRequest.class);
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    ApiKey key = Objects.requireNonNull(call.key());
    Plan plan = planner.plan(request, model -> key.permits(model.id(), model.provider()));
    byte[] json = Json.MAPPER.writeValueAsBytes(explain(request, plan));
    exchange.getMessage().setBody(new ChatReply.Complete(json, null, List.of()));
  }

  private static ObjectNode explain(ChatRequest request, Plan plan) {
    ObjectNode answer = Json.MAPPER.createObjectNode().put("object", "route.plan");
    answer.put("model", request.model()).put("task", plan.task());
    Needs needs = Needs.of(request);
    answer
        .putObject("needs")
        .put("tools", needs.tools())
        .put("images", needs.images())
        .put("json_schema", needs.jsonSchema())
        .put("prompt_tokens", needs.promptTokens())
        .put("cached_tokens", needs.cachedTokens())
        .put("completion_tokens", needs.outputTokens());
    ArrayNode targets = answer.putArray("targets");
    for (Target target : plan.targets()) {
      targets
          .addObject()
          .put("model", target.id())
          .put("provider", target.provider())
          .put("upstream_model", target.model().upstream())
          .put("reason", target.reason().isEmpty() ? "named in the request" : target.reason());
    }
    ArrayNode left = answer.putArray("left_out");
    for (Plan.Left one : plan.left()) {
      left.addObject().put("model", one.model()).put("reason", one.reason());
    }
    return answer;
  }
}
