package dev.bactrian.plan;

import dev.bactrian.call.ChatCall;
import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.catalogue.Prefill;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.resume.Resumption;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Takes the next target off the plan, and says in the variables {@code provider} and {@code model}
 * where the call goes.
 */
public final class AttemptStep implements Processor {
  private final Catalogues catalogues;

  /** The step. */
  public AttemptStep(Catalogues catalogues) {
    this.catalogues = catalogues;
  }

  @Override
  public void process(Exchange exchange) {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class).attempting();
    Target target = Objects.requireNonNull(call.target());
    ChatRequest request = Objects.requireNonNull(call.request());
    exchange.setVariable(ChatCall.VARIABLE, call);
    exchange.setVariable("provider", target.provider());
    exchange.setVariable("model", target.id());
    request = request.withModel(target.model().upstream(), target.model().output());
    Resumption begun = call.resumption();
    exchange.getMessage().setBody(begun == null ? request : rest(begun, request, target));
  }

  /** The request for the rest of an answer that another target has begun. */
  private ChatRequest rest(Resumption begun, ChatRequest request, Target target) {
    Prefill how = catalogues.current().routing().prefill(target.model());
    return begun.failure() == null || how == null ? request : begun.rest(request, how);
  }
}
