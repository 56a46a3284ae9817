package dev.bactrian.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.bactrian.limit.SpentReader.Spender;
import io.vertx.redis.client.Response;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what Redis says of spending back to what the database says, once a subject is quiet. They
 * may differ after a node was killed, or after Redis has lost what it knew while rows of other
 * nodes were underway.
 */
final class RedisMender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedisMender.class);

  /** Rows of all nodes are in the database a second after their calls. */
  private static final long QUIET_MILLIS = 3_000;

  private static final Duration AGAIN = Duration.ofSeconds(30);
  private static final int MOST_SUBJECTS = 100_000;
  private static final int MOST_AT_ONCE = 50;

  private final RedisLink link;
  private final SpentReader database;
  private final Map<String, Use> used = new ConcurrentHashMap<>();
  private final Cache<String, Boolean> mended =
      Caffeine.newBuilder().expireAfterWrite(AGAIN).maximumSize(MOST_SUBJECTS).build();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "limits-mend");
            made.setDaemon(true);
            return made;
          });

  /** A subject that was used, and from when on it may be looked at, on System.nanoTime's clock. */
  private record Use(ZoneId zone, long from) {}

  RedisMender(RedisLink link, SpentReader database) {
    this.link = link;
    this.database = database;
  }

  void open() {
    thread.scheduleWithFixedDelay(this::mend, 1, 1, TimeUnit.SECONDS);
  }

  /** Calls have counted against a budget of a subject, or were refused by it. */
  void used(String subject, ZoneId zone) {
    if (!used.containsKey(subject) && used.size() < MOST_SUBJECTS) {
      used.put(
          subject,
          new Use(
              zone, in(mended.getIfPresent(subject) == null ? QUIET_MILLIS : AGAIN.toMillis())));
    }
  }

  private static long in(long millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private void mend() {
    List<Map.Entry<String, Use>> due = new ArrayList<>();
    long now = System.nanoTime();
    for (Map.Entry<String, Use> each : used.entrySet()) {
      if (due.size() < MOST_AT_ONCE && each.getValue().from() - now < 0) {
        due.add(Map.entry(each.getKey(), each.getValue()));
      }
    }
    for (Map.Entry<String, Use> each : due) {
      if (link.isUp()) {
        mend(each.getKey(), each.getValue());
      }
    }
  }

  private void mend(String subject, Use use) {
    try {
      List<String> keys =
          List.of(RedisText.NODES, RedisText.open(subject), RedisText.spent(subject));
      String quiet = Long.toString(QUIET_MILLIS);
      long changes = ask(keys, List.of(quiet));
      if (changes >= 0) {
        long read = System.currentTimeMillis();
        Spent spent = database.read(new Spender(subject, use.zone()));
        List<String> arguments = new ArrayList<>(List.of(quiet, Long.toString(changes)));
        arguments.addAll(RedisText.seed(use.zone().getId(), spent, read));
        changes = ask(keys, arguments);
      }
      if (changes >= 0) {
        used.remove(subject, use);
        mended.put(subject, Boolean.TRUE);
      } else {
        used.replace(subject, use, new Use(use.zone(), in(QUIET_MILLIS)));
      }
    } catch (SQLException | ExecutionException | TimeoutException | RuntimeException e) {
      LOG.debug("What {} has spent cannot be compared now", subject, e);
      used.replace(subject, use, new Use(use.zone(), in(AGAIN.toMillis())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long ask(List<String> keys, List<String> arguments)
      throws ExecutionException, TimeoutException, InterruptedException {
    Response answer =
        link.run(RedisScript.MEND, keys, arguments)
            .toCompletionStage()
            .toCompletableFuture()
            .get(1, TimeUnit.SECONDS);
    return answer.toLong();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
