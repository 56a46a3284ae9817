package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.LogCapture;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/conduct.md says of prompts that are too long and of providers that want a rest. */
class ConductIT {
  private static final String SMALL = "openai/gpt-4o";
  private static final String LARGE = "qwen/qwen3.7-plus";
  private static final String BOTH = ",\"models\":[\"openai/gpt-4o-mini\",\"" + LARGE + "\"]";
  private static final Script TOO_LONG =
      Script.error(400, "invalid_request_error", "context_length_exceeded");

  private final ProviderServer openai = ProviderServer.start();
  private final ProviderServer qwen = ProviderServer.start();
  private final Gateway gateway;
  private final ApiClient client;

  ConductIT(@TempDir Path config) throws IOException {
    Path catalogue = Files.createDirectories(config.resolve("catalogue"));
    Files.writeString(catalogue.resolve("routing.yaml"), "chains: {openai/gpt-4.1: []}");
    gateway =
        Gateway.with()
            .withoutBreakers()
            .config(config)
            .set("bactrian.breaker.longest-rest", "600")
            .set("bactrian.max-wait", "100")
            .provider("openai", openai)
            .provider("qwen", qwen)
            .start();
    client = gateway.client();
  }

  @AfterEach
  void stop() {
    gateway.close();
    openai.close();
    qwen.close();
  }

  @Test
  void aPromptThatIsTooLongGoesToALargerModelAndToNoOther() {
    openai.always(TOO_LONG);
    qwen.always(Script.completion("from qwen"));
    Reply reply = client.chat(question(SMALL, false, BOTH));
    assertThat(reply.text()).isEqualTo("from qwen");
    assertThat(reply.header("x-bactrian-attempts")).isEqualTo("2");
    assertThat(openai.count()).isEqualTo(1);
  }

  @Test
  void aStreamGoesToALargerModelToo() {
    openai.always(TOO_LONG);
    qwen.always(Script.words(3));
    assertThat(client.chat(question(SMALL, true, BOTH)).events()).endsWith(Chunks.DONE);
  }

  @Test
  void whereNoneIsLargerTheClientIsTold() {
    openai.always(TOO_LONG);
    qwen.always(TOO_LONG);
    ErrorsIT.expect(client.chat(question(SMALL, false, BOTH)), 400, "context_length_exceeded");
    assertThat(qwen.count()).isEqualTo(1);
    ErrorsIT.expect(client.ask(SMALL), 400, "context_length_exceeded");
  }

  @Test
  void eventsThatCannotBeReadAreSkippedAndCounted() {
    openai.always(
        Script.stream(
            Chunks.role(),
            "{\"choices\":[{\"delta\"",
            Chunks.content("all"),
            "rubbish",
            Chunks.finish("stop"),
            Chunks.DONE));
    try (LogCapture log = new LogCapture()) {
      Reply reply = client.chat(question(SMALL, true, ""));
      assertThat(reply.events()).hasSize(4).endsWith(Chunks.DONE);
      String id = reply.header("x-request-id");
      Awaitility.await().until(() -> log.text().contains(id + " key="));
      assertThat(log.text().lines())
          .filteredOn(line -> line.contains(id + " key="))
          .singleElement(InstanceOfAssertFactories.STRING)
          .contains(" status=200 ", " skipped=2");
    }
  }

  @Test
  void anOverloadedProviderIsLeftAloneForAsLongAsItAsks() throws Exception {
    openai.always(
        Script.status(503, Chunks.error("busy", "server_error", "busy"), "retry-after", "20"));
    qwen.always(Script.completion("from qwen"));
    assertThat(client.chat(question(SMALL, false, BOTH)).text()).isEqualTo("from qwen");
    int before = openai.count();
    assertThat(client.chat(question(SMALL, false, BOTH)).text()).isEqualTo("from qwen");
    ErrorsIT.expect(client.ask(SMALL), 503, "provider_unavailable");
    assertThat(openai.count()).isEqualTo(before);
    openai.always(Script.completion("from openai"));
    long start = System.nanoTime();
    while (client.ask(SMALL).status() != 200) {
      assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
    }
    assertThat(client.ask(SMALL).text()).isEqualTo("from openai");
  }
}
