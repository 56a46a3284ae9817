package dev.bactrian.telemetry;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.OtlpReceiver;
import dev.bactrian.kit.OtlpReceiver.Span;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Script;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes to providers and to the receiver of traces. */
class TracesIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final String PARENT = "00-" + TRACE + "-" + SPAN + "-01";
  private static final String TWO =
      question(MODEL, false, ",\"models\":[\"qwen/qwen3-max\"],\"max_tokens\":5");

  private final ProviderServer openai = ProviderServer.start();
  private final ProviderServer qwen = ProviderServer.start();
  private final OtlpReceiver receiver = new OtlpReceiver();

  @AfterEach
  void stop() {
    openai.close();
    qwen.close();
    receiver.close();
  }

  private Gateway.Settings settings() {
    return Gateway.with()
        .provider("openai", openai)
        .provider("qwen", qwen)
        .set("bactrian.retries", "0");
  }

  /** A gateway that sends traces, with settings as names and values in turn. */
  private Gateway recording(String... more) {
    Gateway.Settings settings = settings().set("bactrian.otlp-endpoint", receiver.endpoint());
    for (int i = 0; i < more.length; i += 2) {
      settings.set(more[i], more[i + 1]);
    }
    return settings.start();
  }

  private @Nullable String sent(ProviderServer provider) {
    return provider.last().header("traceparent");
  }

  private Span named(String name) {
    List<Span> found = receiver.spans().stream().filter(span -> span.name().equals(name)).toList();
    assertThat(found).as("%s in %s", name, receiver.spans()).hasSize(1);
    return found.get(0);
  }

  @Test
  void withoutAReceiverTheClientsTraceGoesThrough() {
    try (Gateway gateway = settings().start()) {
      gateway.client().chat(TWO, "traceparent", PARENT, "tracestate", "a=1,b=2");
      assertThat(sent(openai)).isEqualTo(PARENT);
      assertThat(openai.last().header("tracestate")).isEqualTo("a=1,b=2");

      gateway.client().ask(MODEL);
      assertThat(sent(openai)).isNull();
    }
    assertThat(receiver.spans()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
      })
  void whatIsNoTraceContextDoesNot(String parent) {
    assertThat(TraceContext.of(parent, "a=1")).isEmpty();
  }

  @Test
  void aLaterVersionMaySayMore() {
    String later = "01-" + TRACE + "-" + SPAN + "-01-more";

    assertThat(TraceContext.of(later, "x\u0000")).containsOnlyKeys("traceparent");
  }

  @Test
  void oneSpanARequestAndOneAnAttempt() {
    openai.always(Script.error(503, "server_error", "overloaded"));
    String id;
    String toFirst;
    String toSecond;
    try (Gateway gateway = recording()) {
      id = gateway.client().chat(TWO, "traceparent", PARENT).header("x-request-id");
      toFirst = sent(openai);
      toSecond = sent(qwen);
    }

    assertThat(receiver.resources().get(0)).containsEntry("service.name", "bactrian");
    assertThat(receiver.spans()).hasSize(3).allMatch(span -> span.trace().equals(TRACE));
    Span request = named("POST /v1/chat/completions");
    assertThat(request.parent()).isEqualTo(SPAN);
    assertThat(request.kind()).isEqualTo(2);
    assertThat(request.status()).isZero();
    assertThat(request.attributes())
        .containsEntry("bactrian.request.id", id)
        .containsEntry("http.response.status_code", "200")
        .containsEntry("gen_ai.operation.name", "chat")
        .containsEntry("gen_ai.provider.name", "qwen")
        .containsEntry("gen_ai.request.model", MODEL)
        .containsEntry("gen_ai.response.model", "qwen/qwen3-max")
        .containsEntry("gen_ai.usage.input_tokens", "3")
        .containsEntry("gen_ai.usage.output_tokens", "2")
        .doesNotContainKey("gen_ai.input.messages");

    Span first = named("chat " + MODEL);
    assertThat(first.parent()).isEqualTo(request.id());
    assertThat(first.kind()).isEqualTo(3);
    assertThat(first.status()).isEqualTo(2);
    assertThat(first.attributes())
        .containsEntry("error.type", "overload")
        .containsEntry("http.response.status_code", "503")
        .containsEntry("gen_ai.provider.name", "openai");
    assertThat(toFirst).isEqualTo("00-" + TRACE + "-" + first.id() + "-01");

    Span second = named("chat qwen/qwen3-max");
    assertThat(second.parent()).isEqualTo(request.id());
    assertThat(second.status()).isZero();
    assertThat(second.attributes()).containsEntry("gen_ai.usage.output_tokens", "2");
    assertThat(toSecond).isEqualTo("00-" + TRACE + "-" + second.id() + "-01");

    assertThat(request.start()).isLessThanOrEqualTo(first.start());
    assertThat(first.end()).isBetween(first.start(), second.start());
    assertThat(second.end()).isLessThanOrEqualTo(request.end());
  }

  @Test
  void anAttemptThatReachesNobodyHasASpan() {
    openai.always(Script.error(500, "server_error", "oops"));
    try (Gateway gateway =
        recording("bactrian.breaker.window", "1", "bactrian.breaker.minimum", "1")) {
      gateway.client().ask(MODEL);
      gateway.client().ask(MODEL);
    }

    assertThat(receiver.spans().stream().filter(span -> span.name().equals("chat " + MODEL)))
        .extracting(span -> span.attributes().get("error.type"))
        .containsExactlyInAnyOrder("server", "unavailable");
  }

  @Test
  void aRequestThatIsRefusedHasASpan() {
    try (Gateway gateway = recording()) {
      gateway.client().withKey("sk-wrong").ask(MODEL);
      gateway.client().get("/v1/models/openai%2Fwhatever");
    }

    assertThat(named("POST /v1/chat/completions").attributes()).containsEntry("error.type", "401");
    assertThat(named("GET /v1/models").attributes()).containsEntry("error.type", "404");
  }

  @Test
  void theBranchesOfAComparisonAreOneTrace() {
    try (Gateway gateway = recording()) {
      gateway.client().post("/v1/compare", BodyPublishers.ofString(TWO));
    }

    Span request = named("POST /v1/compare");
    assertThat(receiver.spans()).hasSize(3);
    assertThat(named("chat " + MODEL).parent()).isEqualTo(request.id());
    assertThat(named("chat qwen/qwen3-max").parent()).isEqualTo(request.id());
  }

  @Test
  void promptsAreRecordedWhereThatIsSwitchedOn() {
    try (Gateway gateway = recording("bactrian.trace-prompts", "true")) {
      gateway.client().ask(MODEL);
    }

    assertThat(named("POST /v1/chat/completions").attributes())
        .containsEntry(
            "gen_ai.input.messages",
            "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Hi\"}]}]");
  }

  @Test
  void whatTheClientDoesNotSampleIsNotRecorded() {
    try (Gateway gateway = recording()) {
      gateway.client().chat(TWO, "traceparent", "00-" + TRACE + "-" + SPAN + "-00");
      assertThat(sent(openai)).startsWith("00-" + TRACE).endsWith("-00");
    }

    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void nothingGoesOnWherePropagationIsOff() {
    try (Gateway gateway = recording("bactrian.trace-propagators", "none")) {
      gateway.client().chat(TWO, "traceparent", PARENT);
      assertThat(sent(openai)).isNull();
    }

    assertThat(named("POST /v1/chat/completions").trace()).isNotEqualTo(TRACE);
  }
}
