package dev.bactrian.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bactrian.error.ApiException;
import dev.bactrian.key.Bound;
import dev.bactrian.storage.StoreBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Counters that several nodes share, in a Redis or Valkey. A call asks it once for all its bounds.
 * While it is away, calls are refused, or bound by the counters of this node.
 */
final class RedisCounters implements Counters {
  private static final Duration IDLE = Duration.ofHours(1);
  private static final int MOST_ZONES = 100_000;

  private final RedisLink link;
  private final RedisNode node;
  private final LocalCounters local;
  private final boolean refuse;
  private final long waitMillis;
  private final CircuitBreaker breaker;
  private final Days days = new Days();
  private final Debts debts = new Debts();

  /**
   * The subjects that have a budget, as far as calls of this node have shown, and its time zone.
   */
  private final Cache<String, ZoneId> zones =
      Caffeine.newBuilder().expireAfterAccess(IDLE).maximumSize(MOST_ZONES).build();

  /**
   * Counters that are not connected yet.
   *
   * @param url the address of the Redis
   * @param waitMillis how long a call may wait for it
   * @param refuse whether calls are refused while it is away
   * @param local counts meanwhile, and reads what was spent from the database
   */
  RedisCounters(Vertx vertx, String url, long waitMillis, boolean refuse, LocalCounters local) {
    this.local = local;
    this.refuse = refuse;
    this.waitMillis = waitMillis;
    this.breaker = StoreBreaker.of("redis", waitMillis);
    this.link = new RedisLink(vertx, url, this::up);
    this.node = new RedisNode(vertx, link);
  }

  /** Asks it once, as calls will, for the first time takes longest. */
  @Override
  public void open() {
    node.open();
    link.open();
    link.await();
    ask(List.of(), new Estimate(0, 0), System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
    breaker.reset();
    local.open();
  }

  private void up() {
    node.join();
    local.forget();
    breaker.reset();
    debts.take().forEach(this::tell);
  }

  @Override
  public Reservation reserve(List<Bound> bounds, Estimate estimate) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    RedisReply reply = ask(bounds, estimate, deadline);
    for (int i = 0; reply != null && reply.isUnknown() && i < bounds.size(); i++) {
      reply = seed(reply.bound(), deadline) ? ask(bounds, estimate, deadline) : null;
    }
    if (reply == null || reply.isUnknown() || reply.isDead()) {
      return away(bounds, estimate);
    }
    Remaining remaining = reply.remaining();
    Refusal refusal = reply.refusal(estimate);
    if (refusal != null) {
      throw refusal.error(reply.bound().what(), remaining.headers());
    }
    for (Bound bound : bounds) {
      if (!bound.budget().isNone()) {
        zones.put(bound.subject(), bound.zone());
      }
    }
    return new Shared(reply, bounds, estimate, remaining);
  }

  /** Asks for room; null when there is no answer in time. */
  private @Nullable RedisReply ask(List<Bound> bounds, Estimate estimate, long deadline) {
    if (!link.isUp() || !breaker.tryAcquirePermission()) {
      return null;
    }
    long began = System.nanoTime();
    List<Spent.Day> today = bounds.stream().map(bound -> days.today(bound.zone())).toList();
    CompletableFuture<RedisReply> waiting = new CompletableFuture<>();
    String name = node.name();
    link.run(
            RedisScript.RESERVE,
            RedisText.keys(bounds, true),
            RedisText.reserve(name, estimate, bounds, today))
        .onSuccess(
            answer -> {
              RedisReply reply = new RedisReply(answer, bounds, today);
              boolean holds = !reply.isTaken() || node.reserved(name, bounds, estimate);
              if (!holds) {
                waiting.completeExceptionally(new IllegalStateException());
              } else if (!waiting.complete(reply) && reply.isTaken()) {
                end(
                    reply,
                    bounds,
                    estimate,
                    new Purse.Settled("", 0, 0, 0)); // nobody waits any more
              }
            })
        .onFailure(waiting::completeExceptionally);
    RedisReply reply = get(waiting, deadline);
    long took = System.nanoTime() - began;
    if (reply == null) {
      breaker.onError(took, TimeUnit.NANOSECONDS, new TimeoutException());
    } else {
      breaker.onSuccess(took, TimeUnit.NANOSECONDS);
    }
    return reply;
  }

  private static <T> @Nullable T get(CompletableFuture<T> waiting, long deadline) {
    try {
      return waiting.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // What comes now comes too late, unless it has just come.
      return waiting.cancel(false) || waiting.isCompletedExceptionally() ? null : waiting.join();
    } catch (ExecutionException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      waiting.cancel(false);
      return null;
    }
  }

  /** Tells what a subject has spent before; false when that is not known now. */
  private boolean seed(Bound bound, long deadline) {
    try {
      long read = System.currentTimeMillis();
      Spent spent = local.read(bound.subject(), bound.zone());
      CompletableFuture<Response> waiting = new CompletableFuture<>();
      link.run(
              RedisScript.SEED,
              List.of(RedisText.spent(bound.subject())),
              RedisText.seed(bound.zone().getId(), spent, read))
          .onSuccess(waiting::complete)
          .onFailure(waiting::completeExceptionally);
      return get(waiting, deadline) != null;
    } catch (ApiException e) {
      return false;
    }
  }

  private Reservation away(List<Bound> bounds, Estimate estimate) {
    if (refuse) {
      throw new ApiException(
              503,
              "service_unavailable_error",
              "limits_unavailable",
              null,
              "The limits of this API key cannot be checked now; try again.")
          .retryAfter(1000);
    }
    return new Alone(local.reserve(bounds, estimate), bounds);
  }

  /** What a call has taken in Redis. */
  private final class Shared implements Reservation {
    private final RedisReply reply;
    private final List<Bound> bounds;
    private final Estimate estimate;
    private final Remaining remaining;

    Shared(RedisReply reply, List<Bound> bounds, Estimate estimate, Remaining remaining) {
      this.reply = reply;
      this.bounds = bounds;
      this.estimate = estimate;
      this.remaining = remaining;
    }

    @Override
    public Remaining remaining() {
      return remaining;
    }

    @Override
    public void settle(Purse.Settled call) {
      end(reply, bounds, estimate, call).onFailure(lost -> owe(bounds, call));
    }
  }

  private Future<Response> end(
      RedisReply reply, List<Bound> bounds, Estimate estimate, Purse.Settled call) {
    return node.end(
        bounds,
        estimate,
        name -> {
          List<String> arguments = RedisText.settle(name, estimate, call, null);
          for (int i = 0; i < bounds.size(); i++) {
            ZoneId zone = bounds.get(i).zone();
            RedisText.settle(arguments, reply.minute(i), days.today(zone), zone.getId());
          }
          return link.run(RedisScript.SETTLE, RedisText.keys(bounds, false), arguments);
        });
  }

  /** What a call has taken of this node's counters; Redis is told of it when it is there again. */
  private final class Alone implements Reservation {
    private final Reservation reservation;
    private final List<Bound> bounds;

    Alone(Reservation reservation, List<Bound> bounds) {
      this.reservation = reservation;
      this.bounds = bounds;
    }

    @Override
    public Remaining remaining() {
      return reservation.remaining();
    }

    @Override
    public void settle(Purse.Settled call) {
      reservation.settle(call);
      owe(bounds, call);
    }
  }

  private void owe(List<Bound> bounds, Purse.Settled call) {
    for (Bound bound : bounds) {
      if (bound.models() == null && call.tokens() > 0) {
        owe(new Debts.Debt(bound.subject(), bound.zone(), call, System.currentTimeMillis()));
      }
    }
  }

  private void owe(Debts.Debt debt) {
    if (link.isUp()) {
      tell(debt);
    } else {
      debts.add(debt);
    }
  }

  private void tell(Debts.Debt debt) {
    List<String> arguments = RedisText.settle("", null, debt.call(), debt.over());
    RedisText.settle(arguments, "", days.today(debt.zone()), debt.zone().getId());
    link.run(RedisScript.SETTLE, RedisText.keys(debt.subject()), arguments)
        .onFailure(lost -> debts.add(debt));
  }

  @Override
  public void add(List<String> subjects, Purse.Settled call) {
    for (String subject : subjects) {
      ZoneId zone = zones.getIfPresent(subject);
      if (zone != null && call.tokens() > 0) {
        owe(new Debts.Debt(subject, zone, call, System.currentTimeMillis()));
      }
    }
  }

  @Override
  public void forget(String subject) {
    link.send(Request.cmd(Command.DEL).arg(RedisText.spent(subject)));
    local.forget(subject);
  }

  @Override
  public Spent spent(Bound bound) {
    // Without a budget nobody keeps what may be there up to date.
    if (!bound.budget().isNone() && link.isUp()) {
      CompletableFuture<Response> waiting = new CompletableFuture<>();
      Request request = Request.cmd(Command.HMGET).arg(RedisText.spent(bound.subject()));
      RedisReply.SPENT.forEach(request::arg);
      link.send(request).onSuccess(waiting::complete).onFailure(waiting::completeExceptionally);
      long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
      Response answer = get(waiting, deadline);
      Spent spent = RedisReply.spent(answer, bound.zone(), days.today(bound.zone()));
      if (spent != null) {
        return spent;
      }
    }
    return local.read(bound.subject(), bound.zone());
  }

  @Override
  public void close() {
    node.close();
    link.close();
    local.close();
  }
}
