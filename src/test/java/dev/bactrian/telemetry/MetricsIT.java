package dev.bactrian.telemetry;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Rules;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the metrics say of calls. */
class MetricsIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final String OTHER = "qwen/qwen3-max";
  private static final String OPENAI = "gen_ai_provider_name=\"openai\"";
  private static final String OF_MODEL = "gen_ai_request_model=\"" + MODEL + "\"";
  private static final String BY_MODEL = "gen_ai_response_model=\"" + MODEL + "\"";
  private static final String WELL = "error_type=\"\"";
  private static final int MANY_PAIRS = 5_000;
  private static final int AT_ONCE = 50;
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  private final ProviderServer openai = ProviderServer.start();
  private final ProviderServer qwen = ProviderServer.start();
  private final ProviderServer ollama = ProviderServer.start();
  private final Gateway gateway =
      Gateway.with()
          .provider("openai", openai)
          .provider("qwen", qwen)
          .provider("ollama", ollama)
          .set("bactrian.retries", "0")
          .start();
  private final ApiClient client = gateway.client();

  @AfterEach
  void stop() {
    gateway.close();
    openai.close();
    qwen.close();
    ollama.close();
  }

  @Test
  void aWholeAnswer() {
    client.ask(MODEL);

    Scrape seen = Scrape.of(gateway);
    assertThat(
            seen.sum(
                "bactrian_requests_total",
                "operation=\"chat\"",
                "http_response_status_code=\"200\"",
                WELL))
        .isEqualTo(1);
    assertThat(
            seen.sum(
                "gen_ai_server_request_duration_seconds_count",
                "gen_ai_operation_name=\"chat\"",
                OPENAI,
                OF_MODEL,
                BY_MODEL,
                WELL))
        .isEqualTo(1);
    assertThat(seen.sum("gen_ai_client_operation_duration_seconds_count", OPENAI, OF_MODEL, WELL))
        .isEqualTo(1);
    assertThat(seen.sum("bactrian_attempts_total", OPENAI, OF_MODEL, WELL)).isEqualTo(1);
    assertThat(seen.sum("gen_ai_client_token_usage_sum", OF_MODEL, "gen_ai_token_type=\"input\""))
        .isEqualTo(3);
    assertThat(
            seen.sum(
                "gen_ai_client_token_usage_bucket",
                OF_MODEL,
                "gen_ai_token_type=\"output\"",
                "le=\"4.0\""))
        .isEqualTo(1);
    assertThat(seen.sum("bactrian_tokens_total", OF_MODEL, "kind=\"prompt\"")).isEqualTo(3);
    assertThat(seen.sum("bactrian_tokens_total", OF_MODEL, "kind=\"completion\"")).isEqualTo(2);
    assertThat(seen.sum("bactrian_cost_total", OF_MODEL, "currency=\"USD\""))
        .isCloseTo((3 * 400 + 2 * 1600) / 1e9, within(1e-12));
    assertThat(seen.sum("gen_ai_server_time_to_first_token_seconds_count")).isZero();
  }

  @Test
  void aStream() throws Exception {
    openai.always(Script.HOLD);
    CompletableFuture<Reply> reply = client.chatting(question(MODEL, true, ""));
    ProviderCall call = openai.await();
    call.openStream();
    call.event(Chunks.content("a"));
    Awaitility.await()
        .untilAsserted(
            () -> assertThat(Scrape.of(gateway).sum("bactrian_streams_open")).isEqualTo(1));
    assertThat(Scrape.of(gateway).sum("bactrian_calls_running")).isEqualTo(1);
    call.event(Chunks.finish("stop"));
    call.event(Chunks.usage());
    call.event(Chunks.DONE);
    call.endStream();
    reply.join();
    Awaitility.await().until(() -> gateway.inside() == 0);

    Scrape seen = Scrape.of(gateway);
    assertThat(seen.sum("gen_ai_server_time_to_first_token_seconds_count", OPENAI, BY_MODEL))
        .isEqualTo(1);
    assertThat(seen.sum("gen_ai_server_time_per_output_token_seconds_count", OPENAI, BY_MODEL))
        .isEqualTo(1);
    assertThat(seen.sum("bactrian_streams_open")).isZero();
    assertThat(seen.sum("bactrian_calls_running")).isZero();
  }

  @Test
  void aFallback() {
    openai.always(Script.error(500, "server_error", "oops"));
    client.chat(question(MODEL, false, ",\"models\":[\"" + OTHER + "\"]"));

    Scrape seen = Scrape.of(gateway);
    String failed = "error_type=\"server\"";
    assertThat(
            seen.sum(
                "bactrian_fallbacks_total",
                OF_MODEL,
                "gen_ai_response_model=\"" + OTHER + "\"",
                failed))
        .isEqualTo(1);
    assertThat(seen.sum("bactrian_attempts_total", OPENAI, failed)).isEqualTo(1);
    assertThat(seen.sum("gen_ai_client_operation_duration_seconds_count", OPENAI, failed))
        .isEqualTo(1);
    assertThat(
            seen.sum(
                "gen_ai_server_request_duration_seconds_count",
                "gen_ai_provider_name=\"qwen\"",
                OF_MODEL,
                "gen_ai_response_model=\"" + OTHER + "\"",
                WELL))
        .isEqualTo(1);
  }

  @Test
  void aBreaker() {
    assertThat(breaker("closed")).isEqualTo(1);
    openai.always(Script.error(500, "server_error", "oops"));
    for (int i = 0; i < 11; i++) {
      client.ask(MODEL);
    }

    assertThat(breaker("open")).isEqualTo(1);
    assertThat(breaker("closed")).isZero();
    Scrape seen = Scrape.of(gateway);
    assertThat(seen.sum("bactrian_attempts_total", OPENAI, "error_type=\"unavailable\""))
        .isEqualTo(1);
    assertThat(seen.sum("gen_ai_client_operation_duration_seconds_count", OPENAI)).isEqualTo(10);
    assertThat(seen.sum("bactrian_requests_total", "http_response_status_code=\"503\""))
        .isEqualTo(1);
  }

  private double breaker(String state) {
    return Scrape.of(gateway).sum("bactrian_breaker_state", OPENAI, "state=\"" + state + "\"");
  }

  @Test
  void aLimit() {
    String key =
        gateway
            .bean("keyAdministration", KeyAdministration.class)
            .create("a test", null, null, Rules.read(Reply.json("{\"requests_per_minute\":1}")))
            .text();
    client.withKey(key).ask(MODEL);
    assertThat(client.withKey(key).ask(MODEL).status()).isEqualTo(429);

    assertThat(Scrape.of(gateway).sum("bactrian_limits_refused_total", "limit=\"requests\""))
        .isEqualTo(1);
  }

  @Test
  void otherRequests() {
    client.get("/v1/models");
    client.withKey("sk-wrong").ask(MODEL);
    client.ask("no/such-model");

    Scrape seen = Scrape.of(gateway);
    assertThat(seen.sum("bactrian_requests_total", "operation=\"models\"", WELL)).isEqualTo(1);
    assertThat(seen.sum("bactrian_requests_total", "operation=\"chat\"", "error_type=\"401\""))
        .isEqualTo(1);
    assertThat(seen.sum("bactrian_requests_total", "operation=\"chat\"", "error_type=\"404\""))
        .isEqualTo(1);
  }

  @Test
  void noLabelIsWhatAClientMadeUp() {
    for (int i = 0; i < 30; i++) {
      client.ask("ollama/made-up-" + i);
      client.ask("unheard-of-" + i);
      client.withKey("sk-made-up-" + i).ask(MODEL);
      client.get("/v1/models/made-up-" + i);
      client.chat(question(MODEL, false, ",\"user\":\"made-up-" + i + "\""));
    }

    Scrape seen = Scrape.of(gateway);
    assertThat(seen.sum("bactrian_attempts_total", "gen_ai_request_model=\"ollama/*\""))
        .isEqualTo(30);
    assertThat(seen.samples().toString()).doesNotContain("made-up", "unheard-of");
    assertThat(seen.samples()).hasSizeLessThan(600);
  }

  @Test
  void tenThousandMadeUpNamesAddNoSeries() {
    askFor(0, 1);
    List<String> before = ours();
    for (int i = 1; i < MANY_PAIRS; i += AT_ONCE) {
      askFor(i, Math.min(MANY_PAIRS, i + AT_ONCE));
    }

    assertThat(ours()).isEqualTo(before);
    Scrape seen = Scrape.of(gateway);
    assertThat(seen.sum("bactrian_requests_total", "error_type=\"404\"")).isEqualTo(MANY_PAIRS);
    assertThat(seen.sum("bactrian_requests_total", "error_type=\"401\"")).isEqualTo(MANY_PAIRS);
    assertThat(
            seen.sum(
                "gen_ai_server_request_duration_seconds_count", "gen_ai_request_model=\"other\""))
        .isEqualTo(2 * MANY_PAIRS);
  }

  /** Asks for models that nobody knows, and with keys that nobody knows. */
  private void askFor(int from, int to) {
    List<CompletableFuture<Reply>> asked = new ArrayList<>();
    for (int i = from; i < to; i++) {
      asked.add(client.chatting(question("unheard-of-" + i, false, "")));
      asked.add(
          client.chatting(question(MODEL, false, ""), "authorization", "Bearer sk-made-up-" + i));
    }
    asked.forEach(CompletableFuture::join);
  }

  /** The names and labels of all series that calls have. */
  private List<String> ours() {
    return Scrape.of(gateway).samples().stream()
        .filter(sample -> sample.name().startsWith("gen_ai") || sample.name().startsWith("bactr"))
        .map(sample -> sample.name() + sample.labels())
        .sorted()
        .toList();
  }

  @Test
  void everyLabelIsOneOfAFewKinds() {
    client.ask(MODEL);
    client.stream(MODEL);

    Set<String> names = new TreeSet<>();
    Scrape.of(gateway).samples().stream()
        .filter(sample -> sample.name().startsWith("gen_ai") || sample.name().startsWith("bactr"))
        .flatMap(sample -> LABEL.matcher(sample.labels()).results())
        .map((MatchResult label) -> label.group(1))
        .forEach(names::add);
    assertThat(names)
        .isSubsetOf(
            List.of(
                "currency",
                "error_type",
                "gen_ai_operation_name",
                "gen_ai_provider_name",
                "gen_ai_request_model",
                "gen_ai_response_model",
                "gen_ai_token_type",
                "http_response_status_code",
                "kind",
                "le",
                "limit",
                "operation",
                "state"));
  }

  @Test
  void openMetricsForThoseWhoAskForIt() {
    assertThat(gateway.management("/observe/metrics").header("content-type"))
        .isEqualTo(Metrics.PLAIN);
    Reply open =
        new ApiClient(gateway.managementPort(), null)
            .get("/observe/metrics", "accept", "application/openmetrics-text;version=1.0.0");
    assertThat(open.header("content-type")).startsWith("application/openmetrics-text");
    assertThat(open.body()).endsWith("# EOF\n");
  }
}
