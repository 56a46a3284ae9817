package dev.bactrian.chat;

import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether an exchange has no reply yet: the operator's steps may have answered themselves. */
public final class UnansweredPredicate implements Predicate {
  @Override
  public boolean matches(Exchange exchange) {
    return !(exchange.getMessage().getBody() instanceof ChatReply);
  }
}
