package dev.bactrian.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.Node;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.ledger.LedgerRow.Ending;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is left of the ledger when its process is killed under load. */
class NodeLossIT {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLossIT.class);
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final int CLIENTS = 12;
  private static final int ENOUGH = 600;
  private static final long PROMISE_MILLIS = 50;

  private final Path data;
  private final Map<String, Long> answered = new ConcurrentHashMap<>();
  private ProviderServer provider = ProviderServer.start();

  NodeLossIT(@TempDir Path data) {
    this.data = data;
  }

  @BeforeEach
  void answer() {
    provider.always(
        call -> {
          Script script =
              call.json().path("stream").asBoolean() ? Script.words(5) : Script.completion("Hi");
          script.answer(call);
        });
  }

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void atMostTheLastFiftyMillisecondsAreLost() throws Exception {
    long killed = killUnderLoad(Map.of());
    Map<String, LedgerRow> rows = rowsAfterRestart();

    List<Long> late = new ArrayList<>();
    answered.forEach(
        (id, when) -> {
          LedgerRow row = rows.get(id);
          if (row == null || row.outcome() != Ending.SUCCESS) {
            late.add((killed - when) / 1_000_000);
          }
        });
    LOG.info("{} answers; without their row, ms before the end: {}", answered.size(), late);
    assertThat(late).allSatisfy(millis -> assertThat(millis).isLessThanOrEqualTo(PROMISE_MILLIS));
  }

  @Test
  void nothingIsLostWhereNothingMayBe() throws Exception {
    killUnderLoad(Map.of("BACTRIAN_LEDGER_DURABLE", "true"));
    Map<String, LedgerRow> rows = rowsAfterRestart();

    assertThat(rows.keySet()).containsAll(answered.keySet());
    answered
        .keySet()
        .forEach(id -> assertThat(rows.get(id)).returns(Ending.SUCCESS, LedgerRow::outcome));
    assertThat(rows.size()).isGreaterThanOrEqualTo(provider.count());
    assertThat(rows.values())
        .filteredOn(row -> row.outcome() != Ending.SUCCESS)
        .hasSizeLessThanOrEqualTo(CLIENTS)
        .allSatisfy(
            row ->
                assertThat(row)
                    .returns(Ending.NODE_LOST, LedgerRow::outcome)
                    .returns(true, LedgerRow::estimated));
  }

  private long killUnderLoad(Map<String, String> more) throws Exception {
    Map<String, String> environment = new LinkedHashMap<>(more);
    environment.put("OPENAI_API_KEY", "sk-openai-0123456789abcdef");
    environment.put("OPENAI_BASE_URL", provider.baseUrl());
    try (Node node = Node.start(data, environment)) {
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        boolean stream = i % 2 == 0;
        Thread client = new Thread(() -> load(node.client(), stream), "load");
        client.setDaemon(true);
        client.start();
        clients.add(client);
      }
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> answered.size() >= ENOUGH);
      long killed = node.kill();
      for (Thread client : clients) {
        client.join(20_000);
      }
      return killed;
    }
  }

  private void load(ApiClient client, boolean stream) {
    while (true) {
      Reply reply;
      try {
        reply = stream ? client.stream(MODEL) : client.ask(MODEL);
      } catch (java.io.UncheckedIOException e) {
        return;
      }
      if (!reply.whole()) {
        return;
      }
      answered.put(reply.headers().firstValue("x-request-id").orElseThrow(), System.nanoTime());
    }
  }

  private Map<String, LedgerRow> rowsAfterRestart() throws Exception {
    try (Gateway next = Gateway.with().set("bactrian.data", data.toString()).start()) {
      Map<String, LedgerRow> rows = Ledgers.all(next);
      Ledgers.assertSummedUp(next, rows.values());
      return rows;
    }
  }
}
