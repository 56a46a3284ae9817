package dev.bactrian.compare;

import dev.bactrian.call.ChatCall;
import dev.bactrian.door.Drain;
import dev.bactrian.telemetry.EndedCall;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Begins a branch: from here on it is a call like any other. */
public final class BranchStep implements Processor {
  private final Drain drain;

  /** The step. */
  public BranchStep(Drain drain) {
    this.drain = drain;
  }

  @Override
  public void process(Exchange exchange) {
    Branch branch = exchange.getMessage().getBody(Branch.class);
    drain.enter(branch.call().lifetime());
    exchange.setVariable("branch", branch);
    exchange.setVariable(ChatCall.VARIABLE, branch.call());
    exchange.setVariable(EndedCall.OPERATION, EndedCall.BRANCH);
    exchange.getMessage().setBody(Objects.requireNonNull(branch.call().request()));
  }
}
