package dev.bactrian.compare;

import dev.bactrian.call.ChatCall;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Tells the client how a branch went. */
public final class BranchOverStep implements Processor {
  @Override
  public void process(Exchange exchange) {
    Branch branch = exchange.getVariable("branch", Branch.class);
    branch.over(exchange.getVariable(ChatCall.VARIABLE, ChatCall.class));
  }
}
