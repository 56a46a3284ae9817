package dev.bactrian.pool;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Lifetime;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Takes a member of the provider's pool for an attempt, and waits for one if need be. The variable
 * {@code member} is what has to be appended to the kamelet's name to call it: nothing where the
 * provider has no pool.
 */
public final class MemberStep implements Processor {
  @Override
  public void process(Exchange exchange) throws Exception {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    Lease lease = call == null ? null : call.lease();
    exchange.setVariable("member", lease == null ? "" : "/" + take(lease, call.lifetime()));
  }

  private static String take(Lease lease, Lifetime lifetime) throws InterruptedException {
    lifetime.onCancel(lease::abandon);
    try {
      return lease.take(lifetime.remaining());
    } finally {
      lifetime.onCancel(null);
    }
  }
}
