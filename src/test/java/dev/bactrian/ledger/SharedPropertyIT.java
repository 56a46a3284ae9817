package dev.bactrian.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Owner;
import dev.bactrian.key.Rules;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.NeedsStores;
import dev.bactrian.kit.Node;
import dev.bactrian.kit.PostgresProcess;
import dev.bactrian.kit.RedisProcess;
import dev.bactrian.kit.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two nodes on a PostgreSQL and a Redis, a key with a budget whose owner has one, too; nodes are
 * killed while calls run, and stores stand still or are killed and come back.
 */
@NeedsStores
class SharedPropertyIT extends LedgerProperty {
  private static final Logger LOG = LoggerFactory.getLogger(SharedPropertyIT.class);
  private static final Duration LATE = Duration.ofSeconds(90);
  private static final String RULES = "{\"budget\":{\"total_nanos\":9000000000}}";
  private static final long HOLD_MILLIS = 1_500;

  private final Path data;
  private final PostgresProcess postgres = PostgresProcess.begin();
  private final RedisProcess redis = RedisProcess.begin();
  private Gateway gateway;
  private String key;

  SharedPropertyIT(@TempDir Path data) {
    this.data = data;
  }

  @BeforeEach
  void begin() {
    gateway =
        Gateway.with()
            .provider("openai", first)
            .provider("qwen", second)
            .set("bactrian.database-url", postgres.url())
            .set("bactrian.redis-url", redis.url())
            .set("bactrian.database-wait", "5000")
            .set("bactrian.redis-wait", "5000")
            .start();
    KeyAdministration keys = gateway.bean("keyAdministration", KeyAdministration.class);
    keys.create(new Owner("acme", "acme", false, Rules.read(Reply.json(RULES))));
    key = keys.create("a test", "acme", null, Rules.read(Reply.json(RULES))).text();
  }

  @AfterEach
  void end() {
    gateway.close();
    redis.close();
    postgres.close();
  }

  @Override
  List<Path> folders() throws Exception {
    return List.of(
        Files.createDirectories(data.resolve("one")), Files.createDirectories(data.resolve("two")));
  }

  @Override
  Map<String, String> settings() {
    return Map.of(
        "BACTRIAN_DATABASE_URL", postgres.url(),
        "BACTRIAN_REDIS_URL", redis.url(),
        "BACTRIAN_STORE_FAILURE", "local");
  }

  @Override
  String key() {
    return key;
  }

  @Override
  void trouble(Random random) {
    int what = random.nextInt(4);
    LOG.info("Trouble number {}", what);
    long until = System.nanoTime() + Duration.ofMillis(HOLD_MILLIS).toNanos();
    switch (what) {
      case 0 -> redis.pause();
      case 1 -> redis.kill();
      case 2 -> postgres.pause();
      default -> postgres.kill();
    }
    Awaitility.await().until(() -> System.nanoTime() - until > 0);
    switch (what) {
      case 0 -> redis.resume();
      case 1 -> redis.start();
      case 2 -> postgres.resume();
      default -> postgres.start();
    }
  }

  /** The nodes start once more, so that what is in their journals is delivered. */
  @Override
  Map<String, LedgerRow> rows() throws Exception {
    ApiClient client = gateway.client().withKey(key);
    List<Node> nodes = new ArrayList<>();
    try {
      for (Path folder : folders()) {
        nodes.add(Node.start(folder, settings()));
      }
      LedgerRows table = LedgerRows.ofDatabase(gateway.bean("database", DataSource.class));
      Awaitility.await()
          .atMost(LATE)
          .untilAsserted(() -> assertThat(Ledgers.all(table).keySet()).containsAll(known()));
      callOnce(client); // what is not used is not compared with the database
      Map<String, LedgerRow> rows = new TreeMap<>();
      Awaitility.await()
          .atMost(LATE)
          .untilAsserted(
              () -> {
                rows.clear();
                rows.putAll(Ledgers.all(table));
                assertThat(rows.keySet()).containsAll(known());
                Ledgers.assertSummedUp(gateway, rows.values());
                assertThat(settled(client)).isEqualTo(costs(rows.values()));
              });
      return rows;
    } finally {
      nodes.forEach(Node::close);
    }
  }

  /** What Redis says that the key has spent. */
  private static List<Long> settled(ApiClient client) {
    JsonNode spent = client.get("/v1/key").json().path("spent");
    return List.of(spent.path("total_nanos").asLong(), spent.path("total_tokens").asLong());
  }

  private static List<Long> costs(Collection<LedgerRow> rows) {
    long nanos = rows.stream().mapToLong(row -> row.cost() == null ? 0 : row.cost()).sum();
    return List.of(nanos, rows.stream().mapToLong(LedgerRow::tokens).sum());
  }
}
