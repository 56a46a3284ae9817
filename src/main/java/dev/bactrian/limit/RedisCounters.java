package dev.bactrian.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bactrian.error.ApiException;
import dev.bactrian.key.Bound;
import dev.bactrian.limit.SpentReader.Spender;
import dev.bactrian.storage.StoreBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
  private final RedisMender mender;
  private final LocalCounters local;
  private final SpentReader database;
  private final boolean refuse;
  private final long waitMillis;
  private final CircuitBreaker breaker;
  private final Days days = new Days();

  /**
   * The subjects that have a budget, as far as calls of this node have shown, and its time zone.
   */
  private final Cache<String, ZoneId> zones =
      Caffeine.newBuilder().expireAfterAccess(IDLE).maximumSize(MOST_ZONES).build();

  /**
   * Counters that are not connected yet.
   *
   * @param settings its address among them
   * @param local counts while it is away
   * @param database says what was spent before
   */
  RedisCounters(
      Vertx vertx, AdmissionSettings settings, LocalCounters local, SpentReader database) {
    this.local = local;
    this.database = database;
    this.refuse = settings.refuse();
    this.waitMillis = settings.redisWaitMillis();
    this.breaker = StoreBreaker.of("redis", waitMillis);
    this.link = new RedisLink(vertx, settings.redisUrl(), this::up);
    this.node = new RedisNode(vertx, link);
    this.mender = new RedisMender(link, database);
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
    mender.open();
  }

  private void up() {
    node.join();
    local.forget();
    breaker.reset();
  }

  @Override
  public Reservation reserve(List<Bound> bounds, Estimate estimate) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
    RedisReply reply = ask(bounds, estimate, deadline);
    if (reply != null && reply.isDead()) {
      reply = ask(bounds, estimate, deadline); // under another name
    }
    for (int i = 0; reply != null && reply.isUnknown() && i < bounds.size(); i++) {
      reply = seed(reply.bound(), deadline) ? ask(bounds, estimate, deadline) : null;
    }
    if (reply == null || reply.isUnknown() || reply.isDead()) {
      return away(bounds, estimate);
    }
    for (Bound bound : bounds) {
      if (!bound.budget().isNone()) {
        zones.put(bound.subject(), bound.zone());
        mender.used(bound.subject(), bound.zone());
      }
    }
    Remaining remaining = reply.remaining();
    Refusal refusal = reply.refusal(estimate);
    if (refusal != null) {
      throw refusal.error(reply.bound().what(), remaining.headers());
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
            RedisText.reserveKeys(bounds),
            RedisText.reserve(name, estimate, bounds, today))
        .onSuccess(
            answer -> {
              RedisReply reply = new RedisReply(answer, bounds, today);
              if (reply.isDead()) {
                node.dead(name);
              }
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
    RedisReply reply = RedisLink.await(waiting, deadline);
    long took = System.nanoTime() - began;
    if (reply == null) {
      breaker.onError(took, TimeUnit.NANOSECONDS, new TimeoutException());
    } else {
      breaker.onSuccess(took, TimeUnit.NANOSECONDS);
    }
    return reply;
  }

  /** Tells what a subject has spent before; false when that is not known now. */
  private boolean seed(Bound bound, long deadline) {
    try {
      long read = System.currentTimeMillis();
      Spent spent = database.find(Spender.of(bound));
      CompletableFuture<Response> waiting = new CompletableFuture<>();
      link.run(
              RedisScript.SEED,
              List.of(RedisText.spent(bound.subject())),
              RedisText.seed(bound.zone().getId(), spent, read))
          .onSuccess(waiting::complete)
          .onFailure(waiting::completeExceptionally);
      return RedisLink.await(waiting, deadline) != null;
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
      end(reply, bounds, estimate, call);
    }
  }

  private void end(RedisReply reply, List<Bound> bounds, Estimate estimate, Purse.Settled call) {
    node.end(
        bounds,
        estimate,
        debts(bounds, call),
        (name, number) -> {
          List<String> arguments = RedisText.settle(name, number, estimate, call);
          for (int i = 0; i < bounds.size(); i++) {
            ZoneId zone = bounds.get(i).zone();
            RedisText.settle(arguments, reply.minute(i), days.today(zone), zone.getId());
          }
          return arguments;
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
      debts(bounds, call).forEach(node::tell);
    }
  }

  /** What has to be told of a call whatever becomes of its reservation. */
  private static List<Debts.Debt> debts(List<Bound> bounds, Purse.Settled call) {
    if (call.tokens() == 0) {
      return List.of();
    }
    long now = System.currentTimeMillis();
    return bounds.stream()
        .filter(bound -> bound.models() == null)
        .map(bound -> new Debts.Debt(bound.subject(), bound.zone(), call, now))
        .toList();
  }

  @Override
  public void add(List<String> subjects, Purse.Settled call) {
    for (String subject : subjects) {
      ZoneId zone = zones.getIfPresent(subject);
      if (zone != null && call.tokens() > 0) {
        node.tell(new Debts.Debt(subject, zone, call, System.currentTimeMillis()));
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
      Response answer = RedisLink.await(waiting, deadline);
      Spent spent = RedisReply.spent(answer, bound.zone(), days.today(bound.zone()));
      if (spent != null) {
        return spent;
      }
    }
    return database.find(Spender.of(bound));
  }

  @Override
  public void close() {
    mender.close();
    node.close();
    link.close();
    local.close();
  }
}
