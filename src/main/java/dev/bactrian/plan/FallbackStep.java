package dev.bactrian.plan;

import dev.bactrian.call.ChatCall;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.pool.Lease;
import dev.bactrian.provider.Breakers;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs after a failed attempt: waits where that helps, and ends the call when nothing is left. */
public final class FallbackStep implements Processor {
  private static final Logger LOG = LoggerFactory.getLogger(FallbackStep.class);

  private final Conduct conduct;
  private final Breakers breakers;

  /**
   * The step.
   *
   * @param conduct the rules that it follows
   * @param breakers are told of providers that want to be left alone
   */
  public FallbackStep(Conduct conduct, Breakers breakers) {
    this.conduct = conduct;
    this.breakers = breakers;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    // The breaker marks the exception as handled, and doCatch passes over what is marked so.
    exchange.removeProperty(Exchange.EXCEPTION_HANDLED);
    ChatCall before = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    Target target = Objects.requireNonNull(before.target());
    UpstreamException failure =
        failure(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class), target);
    ChatCall call = before.failed(failure);
    Lease lease = call.lease();
    boolean another = lease != null && lease.failed(failure);
    if (lease == null
        && failure.errorClass() == ErrorClass.OVERLOAD
        && failure.retryAfterMillis() > conduct.maxWaitMillis()) {
      breakers.rest(target.provider(), failure.retryAfterMillis());
    }
    int attempts = call.attempts().size();
    long remaining = call.lifetime().remaining();
    Conduct.Next next =
        another
            ? conduct.atAnotherKey(target, call.plan(), attempts, remaining)
            : conduct.after(target, failure, call.plan(), attempts, remaining);
    LOG.debug(
        "{} {}{} failed: {} {}",
        call.id(),
        target.id(),
        lease == null ? "" : " key " + lease.name(),
        failure.errorClass(),
        failure.reason());
    exchange.setVariable(ChatCall.VARIABLE, call.planned(next.plan()));
    if (next.plan().isEmpty()) {
      throw ApiException.of(failure);
    }
    if (next.waitMillis() > 0) {
      call.lifetime().pause(next.waitMillis());
    }
    if (call.lifetime().isCancelled()) {
      throw ApiException.of(UpstreamException.noticed(ErrorClass.ABORT, "The client went away."));
    }
  }

  private static UpstreamException failure(@Nullable Throwable caught, Target target) {
    for (Throwable t = caught; t != null; t = t.getCause()) {
      if (t instanceof UpstreamException failure) {
        return failure;
      }
    }
    if (caught == null) {
      return UpstreamException.noticed(
          ErrorClass.UNAVAILABLE,
          "The provider '" + target.provider() + "' failed too often just now and is not called.");
    }
    LOG.error("The route of provider {} failed", target.provider(), caught);
    return UpstreamException.noticed(
        ErrorClass.SERVER, "The route of provider '" + target.provider() + "' failed.");
  }
}
