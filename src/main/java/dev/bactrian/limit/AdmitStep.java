package dev.bactrian.limit;

import dev.bactrian.call.ChatCall;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Lets a planned call in, as far as there is room for it. */
public final class AdmitStep implements Processor {
  private final Admission admission;

  /** The step. */
  public AdmitStep(Admission admission) {
    this.admission = admission;
  }

  @Override
  public void process(Exchange exchange) {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    exchange.setVariable(ChatCall.VARIABLE, admission.admit(call));
  }
}
