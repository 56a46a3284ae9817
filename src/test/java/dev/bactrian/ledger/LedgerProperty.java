package dev.bactrian.ledger;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.Node;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After any interleaving of calls, failures and kills the ledger is what the providers say they
 * served: exact where they told it, marked as an estimate where they could not.
 */
abstract class LedgerProperty {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerProperty.class);
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final int ROUNDS = 3;
  private static final int CALLS = 120;
  private static final int CLIENTS = 8;

  /** What a provider does with a call; each call's prompt begins with one of these. */
  private enum Fate {
    WHOLE,
    STREAM,
    NO_USAGE,
    TWICE,
    CUT,
    FAILS,
    FALLS_BACK,
    CLIENT_LEAVES
  }

  /** What a provider said it had served, by the call's number. */
  private record Served(long prompt, long completion) {}

  final ProviderServer first = ProviderServer.start();
  final ProviderServer second = ProviderServer.start();
  private final Map<String, Served> served = new ConcurrentHashMap<>();
  private final Map<String, String> ids = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  /** The data folders of the nodes. */
  abstract List<Path> folders() throws Exception;

  /** Settings of the nodes, beside those of their providers. */
  abstract Map<String, String> settings();

  /** The key that clients have. */
  abstract String key();

  /** Calls are under way; something may befall a store. */
  abstract void trouble(Random random) throws Exception;

  /** All rows, after all nodes were killed; the sums and budgets must be what they say. */
  abstract Map<String, LedgerRow> rows() throws Exception;

  @Test
  void theLedgerIsWhatTheProvidersServed() throws Exception {
    long seed = System.nanoTime();
    LOG.info("The seed is {}", seed);
    Random random = new Random(seed);
    first.always(call -> serve(call, true));
    second.always(call -> serve(call, false));
    for (int round = 0; round < ROUNDS; round++) {
      List<Node> nodes = new ArrayList<>();
      try {
        for (Path folder : folders()) {
          nodes.add(Node.start(folder, environment()));
        }
        run(nodes, random);
      } finally {
        nodes.forEach(Node::close);
      }
    }
    check(rows());
  }

  /** The ids of calls that clients heard of. */
  Collection<String> known() {
    return ids.values();
  }

  private Map<String, String> environment() {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "BACTRIAN_LEDGER_DURABLE", "true",
                "BACTRIAN_BREAKER_WINDOW", "1000",
                "BACTRIAN_BREAKER_MINIMUM", "1000",
                "BACTRIAN_BACKOFF", "1",
                "OPENAI_API_KEY", "sk-openai-0123456789abcdef",
                "OPENAI_BASE_URL", first.baseUrl(),
                "QWEN_API_KEY", "sk-qwen-0123456789abcdef",
                "QWEN_BASE_URL", second.baseUrl()));
    environment.putAll(settings());
    return environment;
  }

  /**
   * Calls until one of them, by chance, is not waited for any more; others go on without a node.
   */
  private void run(List<Node> nodes, Random random) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    int until = CALLS / 2 + random.nextInt(CALLS / 2);
    AtomicInteger done = new AtomicInteger();
    for (int i = 0; i < CALLS; i++) {
      Fate fate = Fate.values()[random.nextInt(Fate.values().length)];
      Node node = nodes.get(random.nextInt(nodes.size()));
      clients.execute(
          () -> {
            call(node, fate);
            done.incrementAndGet();
          });
    }
    await(() -> done.get() >= until / 2);
    trouble(random);
    await(() -> done.get() >= until);
    nodes.get(0).kill();
    if (nodes.size() > 1) {
      await(() -> done.get() >= CALLS - CLIENTS / 2);
    }
    clients.shutdownNow();
    for (Node node : nodes) {
      node.kill();
    }
    assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(1))
        .until(condition);
  }

  /** One more call, by another gateway. */
  void callOnce(ApiClient client) {
    String name = Fate.WHOLE + "-" + numbers.incrementAndGet();
    Reply reply = client.chat(question(MODEL, false, ",\"user\":\"" + name + "\""));
    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    ids.put(name, reply.headers().firstValue("x-request-id").orElseThrow());
  }

  private void call(Node node, Fate fate) {
    String name = fate + "-" + numbers.incrementAndGet();
    boolean stream = fate != Fate.WHOLE && fate != Fate.FAILS;
    String body =
        question(MODEL, stream, ",\"user\":\"" + name + "\",\"models\":[\"qwen/qwen3-max\"]");
    try {
      if (fate == Fate.CLIENT_LEAVES) {
        leave(node, name, body);
      } else {
        Reply reply = new ApiClient(node.port(), key()).chat(body);
        if (isAnswered(reply) && (reply.whole() || fate == Fate.CUT)) {
          ids.put(name, reply.headers().firstValue("x-request-id").orElseThrow());
        }
      }
    } catch (UncheckedIOException e) {
      LOG.debug("{} was cut by the kill", name);
    }
  }

  /** Not where a store was away: a call whose key cannot be looked up has no row. */
  private static boolean isAnswered(Reply reply) {
    return reply.status() != 503 || !reply.body().contains("_unavailable");
  }

  private void leave(Node node, String name, String body) {
    try (RawClient client = RawClient.connect(node.port())) {
      client.send(RawClient.request(body).replace(Gateway.KEY, key()));
      String head = client.head();
      client.event();
      client.event();
      head.lines()
          .filter(line -> line.startsWith("x-request-id: "))
          .forEach(line -> ids.put(name, line.substring("x-request-id: ".length())));
    } catch (Exception | AssertionError e) {
      LOG.debug("{} was cut by the kill", name);
    }
  }

  private void serve(ProviderCall call, boolean isFirst) throws Exception {
    String name = call.member("user");
    Fate fate = Fate.valueOf(name.substring(0, name.indexOf('-')));
    if (fate == Fate.FAILS || (fate == Fate.FALLS_BACK && isFirst)) {
      call.json(500, Chunks.error("told so", "server_error", "x"));
      return;
    }
    int number = Integer.parseInt(name.substring(name.indexOf('-') + 1));
    Served usage = new Served(100 + number, 1 + number % 7);
    if (fate == Fate.WHOLE) {
      served.put(name, usage);
      call.json(200, told(Chunks.completion(call.member("model"), "Hi"), usage));
      return;
    }
    call.openStream();
    call.event(Chunks.role());
    call.event(Chunks.content("one"));
    if (fate == Fate.CUT) {
      call.cut();
      return;
    }
    if (fate == Fate.CLIENT_LEAVES) {
      return;
    }
    call.event(Chunks.finish("stop"));
    if (fate != Fate.NO_USAGE) {
      served.put(name, usage);
      call.event(told(Chunks.usage(), usage));
    }
    if (fate == Fate.TWICE) {
      call.event(told(Chunks.usage(), usage));
    }
    call.event(Chunks.DONE);
    call.endStream();
  }

  private static String told(String json, Served usage) {
    return json.replace("\"prompt_tokens\":3", "\"prompt_tokens\":" + usage.prompt())
        .replace("\"completion_tokens\":2", "\"completion_tokens\":" + usage.completion());
  }

  private void check(Map<String, LedgerRow> rows) {
    long exact = 0;
    List<String> complaints = new ArrayList<>();
    for (Map.Entry<String, String> call : ids.entrySet()) {
      LedgerRow row = rows.get(call.getValue());
      Served usage = served.get(call.getKey());
      if (row == null) {
        complaints.add(call.getKey() + " has no row");
      } else if (usage != null) {
        exact += usage.prompt() + usage.completion();
        if (!isExactly(row, usage)) {
          complaints.add(call.getKey() + " was served " + usage + " but has " + row);
        }
      } else if (call.getKey().startsWith("FAILS")) {
        if (!isExactly(row, new Served(0, 0))) {
          complaints.add(call.getKey() + " failed but has " + row);
        }
      } else if (!row.estimated()) {
        complaints.add(call.getKey() + " is not marked: " + row);
      }
    }
    assertThat(complaints).isEmpty();
    assertThat(ids).hasSizeGreaterThan(CALLS);

    long known = 0;
    long unknown = 0;
    for (LedgerRow row : rows.values()) {
      if (!row.estimated()) {
        long tokens = row.prompt() + row.completion();
        known += ids.containsValue(row.id()) ? tokens : 0;
      } else if (!ids.containsValue(row.id())) {
        unknown++;
      }
    }
    LOG.info(
        "{} calls, {} rows, {} of calls that no client heard of", ids.size(), rows.size(), unknown);
    assertThat(known).isEqualTo(exact);
    assertThat(rows.size()).isLessThanOrEqualTo(numbers.get());
  }

  private static boolean isExactly(LedgerRow row, Served usage) {
    return row.prompt() == usage.prompt()
        && row.completion() == usage.completion()
        && !row.estimated();
  }
}
