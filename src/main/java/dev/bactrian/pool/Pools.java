package dev.bactrian.pool;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.json.Json;
import dev.bactrian.provider.Breakers;
import dev.bactrian.provider.MemberSettings;
import dev.bactrian.provider.PoolSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The state of all pools, which outlives edits, and the gateway's settings for them. */
public final class Pools {
  /** The state of a member that can be used. */
  public static final String LIVE = "live";

  /**
   * What is seen of a member.
   *
   * @param name its own, within the pool
   * @param state live, or why it is out
   * @param millis until it is tried again
   * @param because the failure that put it out, null where none did
   * @param inUse calls that have it
   * @param restingModels milliseconds until it is asked for a model again
   */
  public record Seen(
      String name,
      String state,
      long millis,
      @Nullable ErrorClass because,
      long inUse,
      Map<String, Long> restingModels) {}

  /**
   * What is seen of a pool.
   *
   * @param waiting calls that wait for a member
   */
  public record SeenPool(String provider, int waiting, List<Seen> members) {}

  private final Breakers breakers;
  private final boolean sticky;
  private final long waitMillis;
  private final int queue;
  private final Member.Durations durations;
  private final LongSupplier clock;
  private final DoubleSupplier chance;
  private final Map<String, Pool> pools = new ConcurrentHashMap<>();
  private final AtomicBoolean used = new AtomicBoolean();
  private volatile List<Pool> inUse = List.of();

  /**
   * No pools yet.
   *
   * @param breakers say when a member that fails is left alone, and for how long
   * @param sticky whether a conversation stays at one member
   * @param waitMillis how long a call waits for a member that has room
   * @param queue how many calls of a provider may wait
   * @param asideMillis how long a member is set aside that is refused or out of money
   */
  public Pools(Breakers breakers, boolean sticky, long waitMillis, int queue, long asideMillis) {
    this(
        breakers,
        sticky,
        waitMillis,
        queue,
        asideMillis,
        System::nanoTime,
        () -> 1 - java.util.concurrent.ThreadLocalRandom.current().nextDouble());
  }

  Pools(
      Breakers breakers,
      boolean sticky,
      long waitMillis,
      int queue,
      long asideMillis,
      LongSupplier clock,
      DoubleSupplier chance) {
    this.breakers = breakers;
    this.sticky = sticky;
    this.waitMillis = waitMillis;
    this.queue = queue;
    this.durations =
        new Member.Durations(asideMillis, breakers.openMillis(), breakers.longestRestMillis());
    this.clock = clock;
    this.chance = chance;
  }

  /** These are the pools from now on, by provider. */
  synchronized void use(Map<String, PoolSettings> settings) {
    used.set(true);
    settings.forEach((provider, pool) -> of(provider).use(pool));
    inUse.stream()
        .filter(pool -> !settings.containsKey(pool.provider()))
        .forEach(pool -> pool.use(PoolSettings.of(List.of())));
    inUse = settings.keySet().stream().map(this::of).toList();
  }

  /** Whether no edition has said yet which pools there are. */
  boolean isUnused() {
    return !used.get();
  }

  Pool of(String provider) {
    return pools.computeIfAbsent(provider, name -> new Pool(name, this, clock));
  }

  Breakers breakers() {
    return breakers;
  }

  Member member(String provider, MemberSettings settings, long now) {
    String name = Breakers.name(provider) + "/" + settings.name();
    return new Member(provider, settings, breakers.fresh(name), durations, now);
  }

  boolean isSticky(PoolSettings pool) {
    return pool.sticky() == null ? sticky : pool.sticky();
  }

  long wait(PoolSettings pool) {
    return pool.waitMillis() == null ? waitMillis : pool.waitMillis();
  }

  int queue(PoolSettings pool) {
    return pool.queue() == null ? queue : pool.queue();
  }

  /** A random number above 0, at most 1. */
  double chance() {
    return chance.getAsDouble();
  }

  /** The pools in use as they are now. */
  public List<SeenPool> seen() {
    return inUse.stream().map(Pool::seen).toList();
  }

  private static String in(long millis) {
    return Instant.now().plusMillis(millis).toString();
  }

  /** The pools and their members as JSON: what state each is in, until when and why. */
  public String json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    for (SeenPool seen : seen()) {
      ObjectNode shown = json.putObject(seen.provider()).put("waiting", seen.waiting());
      ArrayNode members = shown.putArray("members");
      for (Seen member : seen.members()) {
        ObjectNode one = members.addObject();
        one.put("name", member.name()).put("state", member.state()).put("in_use", member.inUse());
        if (member.because() != null) {
          one.put("because", member.because().name());
          one.put("until", in(member.millis()));
        }
        if (!member.restingModels().isEmpty()) {
          ObjectNode models = one.putObject("resting_models");
          member.restingModels().forEach((model, millis) -> models.put(model, in(millis)));
        }
      }
    }
    return json.toString();
  }
}
