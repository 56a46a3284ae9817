package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Background;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.GatewayProcess;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.RawClient.Event;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At shutdown what runs may finish, for a while, and what is new is refused. */
class ShutdownIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final String STREAM = question(MODEL, true, "");
  private static final String WHOLE = question(MODEL, false, "");
  private static final Duration SOON = Duration.ofSeconds(7);

  private final ProviderServer provider = ProviderServer.start();

  @AfterEach
  void stop() {
    provider.close();
  }

  private Gateway gateway(String drainMillis) {
    return Gateway.with()
        .provider("openai", provider)
        .set("bactrian.drain-timeout", drainMillis)
        .start();
  }

  /** Begins a stream and gives it to the test after its first content. */
  private ProviderCall begin(RawClient client) throws Exception {
    provider.always(Script.HOLD);
    client.chat(STREAM);
    ProviderCall call = provider.await();
    call.openStream();
    call.event(Chunks.content("one"));
    assertThat(client.event().data()).contains("one");
    provider.always(Script.completion("Hello"));
    return call;
  }

  private static void expectRefusal(Reply reply) {
    ErrorsIT.expect(reply, 503, "shutting_down");
    assertThat(reply.header("retry-after")).isNotBlank();
    assertThat(reply.header("x-request-id")).startsWith("req_");
  }

  private static void expectClosed(int port) {
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void aRunningStreamFinishesWhileNewCallsAreRefused() throws Exception {
    Gateway gateway = gateway("60000");
    int port = gateway.port();
    ApiClient client = gateway.client();
    try (RawClient running = gateway.raw();
        RawClient keptAlive = gateway.raw()) {
      ProviderCall call = begin(running);
      assertThat(keptAlive.chat(WHOLE).status()).isEqualTo(200);
      CompletableFuture<Void> closing = Background.run(gateway::close);
      Awaitility.await().atMost(SOON).until(() -> client.ask(MODEL).status() == 503);
      expectRefusal(client.ask(MODEL));
      expectRefusal(client.stream(MODEL));
      expectRefusal(client.get("/v1/models"));
      keptAlive.chat(WHOLE);
      assertThat(keptAlive.awaitText("shutting_down")).contains("HTTP/1.1 503");
      assertThat(closing).isNotDone();

      call.event(Chunks.content("two"));
      assertThat(running.event().data()).contains("two");
      call.event(Chunks.finish("stop"));
      call.event(Chunks.DONE);
      call.endStream();
      assertThat(running.event().data()).contains("\"finish_reason\":\"stop\"");
      assertThat(running.event().data()).isEqualTo(Chunks.DONE);
      closing.get(SOON.toSeconds(), TimeUnit.SECONDS);
      expectClosed(port);
    }
  }

  @Test
  void whatExceedsTheBoundEndsAsBroken() throws Exception {
    Gateway gateway = gateway("300");
    int port = gateway.port();
    try (RawClient running = gateway.raw();
        RawClient silent = gateway.raw()) {
      ProviderCall call = begin(running);
      provider.always(Script.HOLD);
      silent.chat(WHOLE);
      ProviderCall unanswered = provider.await();
      CompletableFuture<Void> closing = Background.run(gateway::close);
      closing.get(SOON.toSeconds(), TimeUnit.SECONDS);
      assertThat(running.awaitClosed())
          .startsWith("HTTP/1.1 200")
          .doesNotContain(Chunks.DONE)
          .doesNotContain("\"finish_reason\":\"");
      List<Event> rest = running.remaining();
      assertThat(rest).hasSize(1);
      assertThat(Reply.json(rest.get(0).data()).at("/error/message").asText()).isNotBlank();
      assertThat(silent.status()).isGreaterThanOrEqualTo(500);
      call.awaitGone();
      unanswered.awaitGone();
      expectClosed(port);
    }
  }

  @Test
  void aClientThatReadsNothingDoesNotHoldUpTheEnd() throws Exception {
    Gateway gateway = gateway("300");
    try (Socket deaf = new Socket()) {
      deaf.setReceiveBufferSize(4096);
      deaf.connect(new java.net.InetSocketAddress("127.0.0.1", gateway.port()));
      provider.always(Script.HOLD);
      deaf.getOutputStream().write(RawClient.request(STREAM).getBytes("UTF-8"));
      ProviderCall call = provider.await();
      call.openStream();
      CompletableFuture<Void> flood =
          Background.run(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  call.event(Chunks.content("x".repeat(10_000)));
                }
              });
      Awaitility.await().atMost(SOON).until(() -> gateway.inside() == 1);
      Background.run(gateway::close).get(20, TimeUnit.SECONDS);
      assertThat(flood)
          .failsWithin(SOON)
          .withThrowableThat()
          .withCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void anEditionThatStopsMeanwhileEndsNoStreamOfTheNext(@TempDir Path folder) throws Exception {
    Path config = Files.createDirectories(folder.resolve("config/catalogue"));
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("BACTRIAN_CONFIG", folder.resolve("config").toString());
    try (GatewayProcess process = GatewayProcess.start(folder.resolve("data"), environment);
        RawClient old = RawClient.connect(process.port());
        RawClient running = RawClient.connect(process.port())) {
      ApiClient client = new ApiClient(process.port(), Gateway.KEY);
      ProviderCall first = begin(old);
      Files.writeString(config.resolve("routing.yaml"), "aliases: {another: " + MODEL + "}\n");
      Awaitility.await().atMost(SOON).until(() -> client.ask("another").status() == 200);
      ProviderCall second = begin(running);

      process.terminate();
      Awaitility.await().atMost(SOON).until(() -> client.ask(MODEL).status() == 503);
      complete(first);
      assertThat(old.event().data()).contains("\"finish_reason\":\"stop\"");
      assertThat(old.event().data()).isEqualTo(Chunks.DONE);
      for (int i = 0; i < 1_000; i++) { // longer than it takes the old edition to stop
        second.event(Chunks.content("piece " + i));
        assertThat(running.event().data()).as(process.output()).contains("piece " + i);
      }
      complete(second);
      assertThat(running.awaitClosed()).contains("\"finish_reason\":\"stop\"", Chunks.DONE);
      assertThat(process.exitCode()).isIn(0, 143);
    }
  }

  private static void complete(ProviderCall call) throws IOException {
    call.event(Chunks.finish("stop"));
    call.event(Chunks.DONE);
    call.endStream();
  }

  private Map<String, String> environment() {
    return Map.of(
        "BACTRIAN_KEY",
        Gateway.KEY,
        "OPENAI_API_KEY",
        "sk-openai-0123456789abcdef",
        "OPENAI_BASE_URL",
        provider.baseUrl());
  }

  @Test
  void theProcessFinishesItsStreamWhenItIsToldToEnd(@TempDir Path data) throws Exception {
    try (GatewayProcess process = GatewayProcess.start(data, environment());
        RawClient running = RawClient.connect(process.port())) {
      ApiClient client = new ApiClient(process.port(), Gateway.KEY);
      ProviderCall call = begin(running);
      process.terminate();
      Awaitility.await().atMost(SOON).until(() -> client.ask(MODEL).status() == 503);
      call.event(Chunks.content("two"));
      call.event(Chunks.finish("stop"));
      call.event(Chunks.DONE);
      call.endStream();
      assertThat(process.exitCode()).as(process.output()).isIn(0, 143);
      assertThat(running.awaitClosed()).contains("two", "\"finish_reason\":\"stop\"", Chunks.DONE);
      assertThat(process.output()).doesNotContain(" ERROR ").doesNotContain(" WARN ");
      expectClosed(process.port());
    }
  }
}
