package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.GatewayProcess;
import dev.bactrian.kit.ManyStreams;
import dev.bactrian.kit.OtlpReceiver;
import dev.bactrian.kit.OtlpReceiver.Span;
import dev.bactrian.kit.Pace;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every host of the gateway keeps, as a process of its own that is set up by environment. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HostContract {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final String OTHER = "qwen/qwen3-max";
  private static final String ELSEWHERE = ",\"models\":[\"" + OTHER + "\"]";
  private static final Duration READY = Duration.ofSeconds(90);
  private static final Duration SOON = Duration.ofSeconds(8);
  private static final int STREAMS = 200;
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  private final ProviderServer provider = ProviderServer.start();
  private final ProviderServer other = ProviderServer.start();
  private final OtlpReceiver receiver = new OtlpReceiver();
  private final Path folder;
  private final Path config;
  private final GatewayProcess process;
  private final int port;
  private final ApiClient client;

  HostContract(Path folder) throws Exception {
    this.folder = folder;
    this.config = Files.createDirectories(folder.resolve("config"));
    this.process = start("data");
    this.port = process.port();
    this.client = new ApiClient(port, Gateway.KEY);
  }

  /**
   * Starts the host.
   *
   * @param port where it is to serve clients
   * @param environment the gateway's settings
   */
  abstract GatewayProcess start(int port, Map<String, String> environment);

  /** The provider of the models {@code openai/}. */
  ProviderServer provider() {
    return provider;
  }

  /** Where the host serves clients. */
  int port() {
    return port;
  }

  private GatewayProcess start(String data) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("BACTRIAN_KEY", Gateway.KEY);
    environment.put("BACTRIAN_DATA", folder.resolve(data).toString());
    environment.put("BACTRIAN_CONFIG", config.toString());
    environment.put("BACTRIAN_LEAVE_OUT", "compare");
    environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint());
    environment.put("BACTRIAN_BACKOFF", "20");
    environment.put("BACTRIAN_BREAKER_WINDOW", "1000");
    environment.put("BACTRIAN_BREAKER_MINIMUM", "1000");
    environment.put("BACTRIAN_MODEL_LIMITS", "[{\"model\":\"qwen/*\",\"concurrent_requests\":2}]");
    environment.put("OPENAI_API_KEY", "sk-openai-0123456789abcdef");
    environment.put("OPENAI_BASE_URL", provider.baseUrl());
    environment.put("OPENAI_FIRST_TOKEN_TIMEOUT", "3000");
    environment.put("OPENAI_REPLY_TIMEOUT", "1500");
    environment.put("OPENAI_IDLE_TIMEOUT", "6000");
    environment.put("QWEN_API_KEY", "sk-qwen-0123456789abcdef");
    environment.put("QWEN_BASE_URL", other.baseUrl());
    int free = freePort();
    GatewayProcess started = start(free, environment);
    ApiClient stranger = new ApiClient(free, null);
    try {
      await()
          .atMost(READY)
          .ignoreExceptions()
          .until(() -> !started.isAlive() || stranger.get("/v1/models").status() == 401);
    } finally {
      assertThat(started.isAlive()).as(started.output()).isTrue();
    }
    return started;
  }

  /** For a host that has routes of its own for metrics and health. */
  void showsItsState() {
    ApiClient stranger = new ApiClient(port, null);
    Reply metrics = stranger.get("/metrics");
    assertThat(metrics.header("content-type")).startsWith("text/plain");
    assertThat(metrics.body()).contains("gen_ai_client_operation_duration_seconds_count");
    Reply health = stranger.get("/health");
    assertThat(health.json().path("status").asText()).isEqualTo("UP");
    assertThat(health.json().at("/providers/openai/status").asText()).isEqualTo("UP");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @BeforeAll
  void warmUp() {
    provider.always(Script.words(100));
    for (int i = 0; i < 30; i++) {
      client.stream(MODEL);
    }
  }

  @AfterAll
  void stop() {
    process.close();
    provider.close();
    other.close();
    receiver.close();
  }

  @BeforeEach
  void forget() {
    provider.always(Script.HOLD);
    other.always(Script.completion("from qwen"));
  }

  @Test
  void aWholeAnswer() {
    provider.always(Script.completion("Hello"));
    Reply reply = client.ask(MODEL);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("Hello");
    assertThat(reply.header("content-type")).isEqualTo("application/json");
    assertThat(reply.header("x-request-id")).startsWith("req_");
  }

  @Test
  void theChunksOfAStreamLeaveAsTheyCome() throws Exception {
    assertThat(Pace.measure(provider, port, 100)).matches(Pace::isLive);
  }

  @Test
  void manyStreamsAtOnce() throws Exception {
    ManyStreams.run(provider, port, STREAMS, () -> {});
  }

  @Test
  void aProviderThatFailsIsReplaced() {
    provider.always(Script.status(500, "{}"));
    assertThat(client.chat(question(MODEL, false, ELSEWHERE)).text()).isEqualTo("from qwen");
    other.always(Script.words(3));
    Reply stream = client.chat(question(MODEL, true, ELSEWHERE));
    assertThat(stream.header("content-type")).startsWith("text/event-stream");
    assertThat(stream.header("x-bactrian-provider")).isEqualTo("qwen");
    assertThat(stream.events()).hasSize(6).endsWith(Chunks.DONE);
  }

  @Test
  void eachWaitHasItsLimit() throws Exception {
    ErrorsIT.expect(client.ask(MODEL), 504, "upstream_timeout");
    provider.await().awaitGone();
    ErrorsIT.expect(client.stream(MODEL), 504, "upstream_timeout");
    provider.await().awaitGone();
  }

  @Test
  void aStreamThatStandsStillIsNotPresentedAsComplete() throws Exception {
    try (RawClient raw = RawClient.connect(port).chat(question(MODEL, true, ""))) {
      ProviderCall call = provider.await();
      call.openStream();
      call.event(Chunks.content("one"));
      assertThat(raw.event().data()).contains("one");
      call.awaitGone();
      assertThat(Reply.json(raw.event().data()).at("/error/code").asText())
          .isEqualTo("upstream_timeout");
      assertThat(raw.remaining()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, 400, bad_thing",
    "401, 502, upstream_auth",
    "402, 502, upstream_quota",
    "404, 404, model_not_found",
    "408, 504, upstream_timeout",
    "429, 429, rate_limit_exceeded",
    "500, 502, upstream_error",
    "503, 503, server_is_overloaded",
  })
  void whatAProviderRefuses(int status, int shown, String code) {
    provider.always(Script.error(status, "x", "bad_thing"));
    ErrorsIT.expect(client.ask(MODEL), shown, code);
    ErrorsIT.expect(client.stream(MODEL), shown, code);
  }

  @Test
  void whatAClientDoesWrong() {
    ErrorsIT.expect(client.withKey(null).ask(MODEL), 401, "invalid_api_key");
    ErrorsIT.expect(client.withKey("sk-wrong").ask(MODEL), 401, "invalid_api_key");
    ErrorsIT.expect(client.chat("{"), 400, "invalid_json");
    ErrorsIT.expect(client.chat(""), 400, "invalid_json");
    ErrorsIT.expect(
        client.chat(question(MODEL, false, ""), "content-type", "text/plain"),
        415,
        "unsupported_media_type");
    ErrorsIT.expect(client.ask("nobody/knows"), 404, "model_not_found");
    ErrorsIT.expect(client.get("/v1/nothing"), 404, "unknown_url");
    ErrorsIT.expect(client.post("/v1/nothing", BodyPublishers.ofString("{}")), 404, "unknown_url");
    ErrorsIT.expect(client.request("DELETE", "/v1/chat/completions"), 405, "method_not_allowed");
    ErrorsIT.expect(
        client.withKey(null).get("/v1/models?authorization=Bearer%20" + Gateway.KEY),
        401,
        "invalid_api_key");
    assertThat(provider.count()).isZero();
  }

  @Test
  void theOtherPaths() {
    assertThat(client.get("/v1/models").json().path("data").toString()).contains(MODEL);
    assertThat(client.get("/v1/models/" + MODEL).json().path("id").asText()).isEqualTo(MODEL);
    assertThat(client.get("/v1/usage?start=2020-01-01").status()).isEqualTo(200);
    ErrorsIT.expect(client.get("/v1/usage?start=never"), 400, "invalid_parameter");
    String explained = question("demo/chat", false, "");
    assertThat(client.post("/v1/route/explain", BodyPublishers.ofString(explained)).status())
        .isEqualTo(200);
  }

  @Test
  void noMoreCallsAtATimeThanTheLimitSays() throws Exception {
    other.always(Script.HOLD);
    List<CompletableFuture<Reply>> running = new ArrayList<>();
    List<ProviderCall> held = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      running.add(client.chatting(question(OTHER, false, "")));
      held.add(other.await());
    }
    ErrorsIT.expect(client.ask(OTHER), 429, "rate_limit_exceeded");
    for (ProviderCall call : held) {
      call.json(200, Chunks.completion("m", "Hello"));
    }
    for (CompletableFuture<Reply> reply : running) {
      assertThat(reply.get(SOON.toSeconds(), TimeUnit.SECONDS).status()).isEqualTo(200);
    }
  }

  @Test
  void theProviderIsToldWhenTheClientHasGone() throws Exception {
    RawClient raw = RawClient.connect(port).chat(question(MODEL, true, ""));
    ProviderCall call = provider.await();
    call.openStream();
    call.event(Chunks.content("one"));
    raw.event();
    raw.reset();
    // Some hosts are told only by a write that fails.
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(SOON)
        .until(
            () -> {
              try {
                call.event(Chunks.content("more"));
              } catch (IOException e) {
                return true;
              }
              return call.isGone();
            });
  }

  @Test
  void anEditIsUsedWhileAStreamGoesOn() throws Exception {
    try (RawClient raw = RawClient.connect(port).chat(question(MODEL, true, ""))) {
      ProviderCall call = provider.await();
      call.openStream();
      call.event(Chunks.content("before"));
      assertThat(raw.event().data()).contains("before");
      ErrorsIT.expect(client.ask("my-name"), 404, "model_not_found");
      write("catalogue/routing.yaml", "aliases: {my-name: " + OTHER + "}");
      await().atMost(SOON).until(() -> client.ask("my-name").status() == 200);
      call.event(Chunks.content("after"));
      call.event(Chunks.finish("stop"));
      call.event(Chunks.DONE);
      call.endStream();
      assertThat(raw.event().data()).contains("after");
      assertThat(raw.event().data()).contains("\"finish_reason\":\"stop\"");
      assertThat(raw.event().data()).isEqualTo(Chunks.DONE);
    }
  }

  private void write(String file, String text) throws IOException {
    Path draft = Files.writeString(folder.resolve("draft"), text);
    Path path = config.resolve(file);
    Files.createDirectories(path.getParent());
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void routeFilesAreReplacedAndAdded() throws Exception {
    assertThat(client.get("/v1/key").json().path("id").asText()).isEqualTo("env");
    write(
        "routes/own.camel.yaml",
        """
        - route:
            id: own
            from:
              uri: direct:own
              steps:
                - setBody:
                    expression:
                      constant:
                        expression: '{"id":"of my own"}'
        """);
    write(
        "routes/key.camel.yaml",
        """
        - route:
            id: key
            from:
              uri: direct:key
              steps:
                - process: {ref: identify}
                - to: direct:own
                - process: {ref: answer}
                - process: {ref: settle}
        """);
    await().atMost(SOON).until(() -> client.get("/v1/key").body().contains("of my own"));
  }

  @Test
  void whatIsLeftOutIsNotThere() {
    Reply reply = client.post("/v1/compare", BodyPublishers.ofString(question(MODEL, false, "")));
    ErrorsIT.expect(reply, 404, "unknown_url");
    assertThat(reply.error().path("message").asText()).contains("'compare'", "left out");
  }

  @Test
  void aTraceGoesOnAndIsRecorded() {
    provider.always(Script.completion("Hello"));
    String parent = "00-" + TRACE + "-" + SPAN + "-01";
    client.chat(question(MODEL, false, ""), "traceparent", parent);
    await().atMost(SOON).until(() -> spans().size() == 2);
    Span attempt = spans().get(0).parent().equals(SPAN) ? spans().get(1) : spans().get(0);
    Span request = spans().get(0).equals(attempt) ? spans().get(1) : spans().get(0);
    assertThat(request.parent()).isEqualTo(SPAN);
    assertThat(request.name()).isEqualTo("POST /v1/chat/completions");
    assertThat(attempt.parent()).isEqualTo(request.id());
    assertThat(attempt.name()).isEqualTo("chat " + MODEL);
    assertThat(provider.last().header("traceparent"))
        .isEqualTo("00-" + TRACE + "-" + attempt.id() + "-01");
  }

  private List<Span> spans() {
    return receiver.spans().stream().filter(span -> span.trace().equals(TRACE)).toList();
  }

  /** Some hosts answer that they are about to end, others take no more connections. */
  private static boolean refuses(ApiClient late) {
    try {
      return late.ask(OTHER).status() == 503;
    } catch (UncheckedIOException e) {
      return true;
    }
  }

  @Test
  void aStreamFinishesWhenTheProcessIsToldToEnd() throws Exception {
    try (GatewayProcess ending = start("data-of-the-end");
        RawClient running = RawClient.connect(ending.port())) {
      ApiClient late = new ApiClient(ending.port(), Gateway.KEY);
      running.chat(question(MODEL, true, ""));
      ProviderCall call = provider.await();
      call.openStream();
      call.event(Chunks.content("one"));
      assertThat(running.event().data()).contains("one");
      ending.terminate();
      await().atMost(SOON).until(() -> refuses(late));
      call.event(Chunks.content("two"));
      call.event(Chunks.finish("stop"));
      call.event(Chunks.DONE);
      call.endStream();
      assertThat(ending.exitCode()).as(ending.output()).isIn(0, 143);
      assertThat(running.awaitClosed()).contains("two", "\"finish_reason\":\"stop\"", Chunks.DONE);
      assertThat(ending.output()).doesNotContain(" ERROR ");
    }
  }
}
