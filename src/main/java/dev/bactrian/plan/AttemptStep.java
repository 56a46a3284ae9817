package dev.bactrian.plan;

import dev.bactrian.call.ChatCall;
import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.catalogue.Prefill;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.pool.EditionPools;
import dev.bactrian.pool.Lease;
import dev.bactrian.resume.Resumption;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Takes the next target off the plan, and says in the variables {@code provider} and {@code model}
 * where the call goes.
 */
public final class AttemptStep implements Processor {
  private final Catalogues catalogues;
  private final EditionPools pools;

  /**
   * The step.
   *
   * @param catalogues know how a model is told to go on with an answer
   * @param pools of providers that have several keys
   */
  public AttemptStep(Catalogues catalogues, EditionPools pools) {
    this.catalogues = catalogues;
    this.pools = pools;
  }

  @Override
  public void process(Exchange exchange) {
    ChatCall before = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    ChatRequest request = Objects.requireNonNull(before.request());
    Target target = before.plan().get(0);
    ChatCall call = before.attempting(lease(before, request, target));
    call.account().attempting(call);
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

  private @Nullable Lease lease(ChatCall call, ChatRequest request, Target target) {
    if (!pools.isPooled(target.provider())) {
      return null;
    }
    Set<String> tried = new HashSet<>();
    for (Attempt attempt : call.attempts()) {
      String name = attempt.lease() == null ? null : attempt.lease().name();
      if (name != null && attempt.target().id().equals(target.id())) {
        tried.add(name);
      }
    }
    String client = call.key() == null ? "" : call.key().id();
    return pools.lease(
        target.provider(), target.model().upstream(), request, client, AttemptStep::tokens, tried);
  }

  private static long tokens(ChatRequest request) {
    Needs needs = Needs.of(request);
    return needs.promptTokens() + needs.outputTokens();
  }
}
