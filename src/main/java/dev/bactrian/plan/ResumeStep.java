package dev.bactrian.plan;

import dev.bactrian.call.ChatCall;
import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.catalogue.Routing;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.resume.Resumption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Runs when a stream was cut that may be resumed: leaves in the plan who can go on with it. */
public final class ResumeStep implements Processor {
  private final Catalogues catalogues;
  private final Conduct conduct;

  /**
   * The step.
   *
   * @param catalogues say who goes on with an answer that was begun
   * @param conduct the rules that it follows
   */
  public ResumeStep(Catalogues catalogues, Conduct conduct) {
    this.catalogues = catalogues;
    this.conduct = conduct;
  }

  @Override
  public void process(Exchange exchange) {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    Resumption resumption = Objects.requireNonNull(call.resumption());
    List<Target> targets = targets(call);
    if (targets.isEmpty() || call.lifetime().isCancelled()) {
      throw ApiException.of(Objects.requireNonNull(resumption.failure()));
    }
    exchange.setVariable(ChatCall.VARIABLE, call.planned(targets));
  }

  /** The targets that were not tried yet, and after them the one that failed, if that can help. */
  private List<Target> targets(ChatCall call) {
    if (call.attempts().size() >= conduct.maxAttempts() || call.lifetime().remaining() == 0) {
      return List.of();
    }
    List<Target> targets = new ArrayList<>(call.plan());
    Attempt last = call.attempts().get(call.attempts().size() - 1);
    UpstreamException failure = Objects.requireNonNull(last.failure());
    boolean again =
        failure.errorClass().retriedOnSameTarget() && last.target().tries() < conduct.retries();
    if (again) {
      targets.add(last.target().again());
    }
    Routing routing = catalogues.current().routing();
    targets.removeIf(target -> routing.prefill(target.model()) == null);
    return List.copyOf(targets);
  }
}
