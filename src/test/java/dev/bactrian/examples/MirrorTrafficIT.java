package dev.bactrian.examples;

import static dev.bactrian.examples.Example.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.LogCapture;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that go to another model, too. */
class MirrorTrafficIT {
  private final ProviderServer provider = ProviderServer.start();
  private final ProviderServer mirror = ProviderServer.start();
  private final Path always;

  MirrorTrafficIT(@TempDir Path always) {
    this.always = always;
  }

  @AfterEach
  void stop() {
    provider.close();
    mirror.close();
  }

  /** The example with every request mirrored to another provider, so that tests need no luck. */
  private Gateway.Settings mirroring() throws Exception {
    String file =
        Files.readString(Example.config("mirror-traffic").resolve("routes/asked.camel.yaml"));
    assertThat(file).containsOnlyOnce("< 5\"").containsOnlyOnce("demo/chat");
    Path own = Files.createDirectories(always.resolve("routes")).resolve("asked.camel.yaml");
    Files.writeString(own, file.replace("< 5\"", "< 100\"").replace("demo/chat", "qwen/qwen3-max"));
    return Gateway.with()
        .withoutBreakers()
        .config(always)
        .provider("openai", provider)
        .provider("qwen", mirror);
  }

  @Test
  void aboutFiveOfAHundredAreMirrored() {
    provider.always(Script.completion("Hello"));
    try (Gateway gateway = Example.with("mirror-traffic", provider).start();
        LogCapture log = new LogCapture()) {
      for (int i = 0; i < 300; i++) {
        assertThat(gateway.client().ask(MODEL).text()).isEqualTo("Hello");
      }
      // Fewer than 2 or more than 40 of 300 happen less than once in 10,000 times.
      await().until(() -> mirrored(log) >= 2);
      assertThat(mirrored(log)).isLessThanOrEqualTo(40);
      assertThat(provider.count()).isEqualTo(300);
    }
  }

  private static long mirrored(LogCapture log) {
    return log.text().lines().filter(line -> line.contains(" beside=req_")).count();
  }

  @Test
  void theMirrorIsAskedTheSameAndCountedApart() throws Exception {
    try (Gateway gateway = mirroring().start();
        LogCapture log = new LogCapture()) {
      Reply reply = gateway.client().chat(Example.prompt("Tell me", false));
      assertThat(reply.text()).isEqualTo("Hello");
      ProviderCall call = mirror.await();
      assertThat(call.member("model")).isEqualTo("qwen3-max");
      assertThat(call.json().at("/messages/0/content").asText()).isEqualTo("Tell me");
      await().until(() -> mirrored(log) == 1);
      String id = reply.header("x-request-id");
      assertThat(log.text().lines())
          .anyMatch(
              line ->
                  line.contains("key=aside beside=" + id) && line.contains("model=qwen/qwen3-max"))
          .anyMatch(line -> line.contains(id + " key=env model=" + MODEL));
      assertThat(reply.header("x-bactrian-model")).isEqualTo(MODEL);
    }
  }

  @Test
  void aMirrorThatFailsOrIsNotLiveIsNotNoticed() throws Exception {
    mirror.always(Script.error(500, "server_error", "boom"));
    try (Gateway gateway = mirroring().start()) {
      assertThat(gateway.client().ask(MODEL).text()).isEqualTo("Hello");
      mirror.await();
      provider.always(Script.words(5));
      mirror.always(Script.cut("{"));
      assertThat(gateway.client().stream(MODEL).events()).hasSize(8);
      mirror.await();
    }
    provider.always(Script.completion("Hello"));
    try (Gateway gateway = mirroring().kamelet("qwen", "apiKey", "").start()) {
      assertThat(gateway.client().ask(MODEL).text()).isEqualTo("Hello");
    }
  }

  @Test
  void aSlowMirrorHoldsNobodyUpAndWhatIsTooMuchIsLeftOut() throws Exception {
    mirror.always(Script.HOLD);
    try (Gateway gateway = mirroring().set("bactrian.aside", "3").start();
        LogCapture log = new LogCapture()) {
      List<ProviderCall> held = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        assertThat(gateway.client().ask(MODEL).text()).isEqualTo("Hello");
        if (i < 3) {
          held.add(mirror.await());
        }
      }
      assertThat(mirror.count()).isEqualTo(3);
      await().until(() -> gateway.inside() == 0); // calls of clients
      for (ProviderCall call : held) {
        call.json(200, dev.bactrian.kit.Chunks.completion("m", "late"));
      }
      await().until(() -> mirrored(log) == 3);
    }
  }

  @Test
  void aMirrorGoesOnWhenTheClientHasItsAnswer() throws Exception {
    provider.always(Script.words(3));
    mirror.always(Script.HOLD);
    try (Gateway gateway = mirroring().start();
        LogCapture log = new LogCapture()) {
      assertThat(gateway.client().stream(MODEL).events()).hasSize(6);
      ProviderCall call = mirror.await();
      Script.words(7).answer(call);
      await().until(() -> mirrored(log) == 1);
      assertThat(call.isGone()).isFalse();
    }
  }
}
