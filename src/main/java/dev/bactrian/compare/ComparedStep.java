package dev.bactrian.compare;

import dev.bactrian.call.ChatCall;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Ends a comparison once all of its branches are over. */
public final class ComparedStep implements Processor {
  @Override
  public void process(Exchange exchange) throws Exception {
    Comparison comparison = exchange.getVariable(CompareStep.COMPARISON, Comparison.class);
    exchange.setVariable(ChatCall.VARIABLE, comparison.finish());
  }
}
