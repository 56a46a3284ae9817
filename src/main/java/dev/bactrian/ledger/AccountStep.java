package dev.bactrian.ledger;

import dev.bactrian.call.ChatCall;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** From here on the call has a row in the ledger, however it ends. */
public final class AccountStep implements Processor {
  private final Ledger ledger;

  /** The step over the ledger. */
  public AccountStep(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public void process(Exchange exchange) {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    exchange.setVariable(ChatCall.VARIABLE, call.on(ledger.open()));
  }
}
