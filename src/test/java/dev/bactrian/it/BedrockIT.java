package dev.bactrian.it;

import static dev.bactrian.kit.ApiClient.question;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderCall;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.RawClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import dev.bactrian.simulator.AwsFrames;
import dev.bactrian.simulator.AwsSignature;
import dev.bactrian.simulator.BedrockSimulator;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What sets Bedrock apart, over sockets; the rest is in the contract of all providers. */
class BedrockIT {
  private static final String MODEL = "bedrock/anthropic.claude-haiku-4-5-20251001-v1:0";
  private static final String STREAM = question(MODEL, true, "");
  private static final String ODD = "ab${sys:user.home}#{z}RAW(y)%25'\"/+=";

  private static ProviderServer provider;
  private static Gateway gateway;
  private static ApiClient client;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start();
    gateway = gateway(BedrockSimulator.KEY.secret());
    client = gateway.client();
  }

  private static Gateway gateway(String secret) {
    return Gateway.with()
        .withoutBreakers()
        .set("bactrian.attempts", "1")
        .kamelet("bedrock", "baseUrl", "http://127.0.0.1:" + provider.port() + "/bedrock")
        .kamelet("bedrock", "accessKeyId", BedrockSimulator.KEY.id())
        .kamelet("bedrock", "secretAccessKey", secret)
        .kamelet("bedrock", "sessionToken", String.valueOf(BedrockSimulator.KEY.sessionToken()))
        .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
  }

  @BeforeEach
  void forget() {
    provider.always(new BedrockSimulator());
  }

  private static Script stream(byte[]... frames) {
    return call -> {
      open(call);
      for (byte[] frame : frames) {
        chunk(call, frame);
      }
      call.endStream();
    };
  }

  private static void open(ProviderCall call) throws IOException {
    call.raw(
        "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.amazon.eventstream\r\n"
            + "transfer-encoding: chunked\r\n\r\n");
  }

  private static void chunk(ProviderCall call, byte[] bytes) throws IOException {
    call.raw(Integer.toHexString(bytes.length) + "\r\n");
    call.raw(bytes);
    call.raw("\r\n");
  }

  private static byte[] hi() {
    return AwsFrames.event(
        "contentBlockDelta", "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"Hi\"}}");
  }

  private static byte[] throttled() {
    return AwsFrames.exception("throttlingException", "{\"message\":\"slow down\"}");
  }

  @Test
  void anExceptionBeforeTheAnswerIsAnErrorByItsStatus() {
    provider.always(
        stream(AwsFrames.event("messageStart", "{\"role\":\"assistant\"}"), throttled()));
    Reply reply = client.chat(STREAM);

    assertThat(reply.status()).as(reply.body()).isEqualTo(429);
    assertThat(reply.error().path("message").asText()).isEqualTo("slow down");
  }

  @Test
  void anExceptionInTheAnswerIsItsLastEvent() throws Exception {
    provider.always(stream(hi(), throttled()));

    List<String> events = events();
    assertThat(events.get(0)).contains("\"content\":\"Hi\"");
    assertThat(events.get(events.size() - 1)).contains("slow down", "rate_limit");
    assertThat(events).doesNotContain("[DONE]");
  }

  @Test
  void aDamagedFrameIsTheAnswersLastEvent() throws Exception {
    byte[] damaged = hi();
    damaged[damaged.length - 6] ^= 1;
    provider.always(stream(hi(), damaged, hi()));

    List<String> events = events();
    assertThat(events).hasSize(2).doesNotContain("[DONE]");
    assertThat(events.get(1)).contains("damaged");
  }

  /** The data of the events up to the end of the connection. */
  private static List<String> events() throws Exception {
    try (RawClient raw = gateway.raw().chat(STREAM)) {
      raw.awaitClosed();
      return raw.remaining().stream().map(RawClient.Event::data).toList();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "429,ThrottlingException,429,rate_limit_exceeded",
    "429,ModelNotReadyException,503,server_is_overloaded",
    "408,ModelTimeoutException,504,upstream_timeout",
    "424,ModelErrorException,502,upstream_error",
    "403,ExpiredTokenException,502,upstream_auth"
  })
  void exceptionsAreToldAsOpenAiTellsThem(int status, String type, int told, String code) {
    provider.always(
        Script.status(status, "{\"message\":\"m\"}", "x-amzn-ErrorType", type + ":http://x/"));
    Reply reply = client.ask(MODEL);

    assertThat(reply.status()).as(reply.body()).isEqualTo(told);
    assertThat(reply.error().path("code").asText()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic.claude-haiku-4-5-20251001-v1:0," + "us.anthropic.claude-haiku-4-5-20251001-v1%3A0",
    "global.anthropic.claude-sonnet-4-6,global.anthropic.claude-sonnet-4-6",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2,"
        + "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fa1b2"
  })
  void idsOfAllKindsAreSigned(String model, String encoded) {
    Reply reply = client.ask("bedrock/" + model);

    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(provider.last().target()).isEqualTo("/bedrock/model/" + encoded + "/converse");
    client.stream("bedrock/" + model);
    assertThat(provider.last().target())
        .isEqualTo("/bedrock/model/" + encoded + "/converse-stream");
  }

  @Test
  void aPictureByAddressIsRefusedAndNotFetched() {
    Reply reply =
        client.chat(
            "{\"model\":\""
                + MODEL
                + "\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
                + "\"image_url\":{\"url\":\"http://127.0.0.1:"
                + provider.port()
                + "/a.png\"}}]}]}");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().path("message").asText()).contains("data URL");
    assertThat(provider.count()).isZero();
  }

  @Test
  void cachedTokensArePartOfThePrompt() {
    Reply reply =
        client.chat(
            "{\"model\":\""
                + MODEL
                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"one two three\","
                + "\"cache_control\":{\"type\":\"ephemeral\"}}]}");

    assertThat(reply.json().at("/usage/prompt_tokens").asInt()).isEqualTo(3);
    assertThat(reply.json().at("/usage/prompt_tokens_details/cached_tokens").asInt()).isEqualTo(2);
  }

  @Test
  void aSecretMayHoldAnyCharacter() {
    AwsSignature check =
        new AwsSignature(
            BedrockSimulator.KEY.id(), ODD, BedrockSimulator.KEY.sessionToken(), "us-east-1");
    List<String> refusals = new ArrayList<>();
    provider.always(
        call -> {
          refusals.add(String.valueOf(check.refusal(call, Instant.now())));
          new BedrockSimulator().answer(call);
        });
    try (Gateway other = gateway(ODD)) {
      other.client().ask(MODEL);
    }

    assertThat(refusals).containsExactly("null");
  }

  @Test
  void anApiKeyWinsAndMayHoldAnyCharacter() {
    try (Gateway other =
        Gateway.with()
            .kamelet("bedrock", "baseUrl", "http://127.0.0.1:" + provider.port() + "/bedrock")
            .kamelet("bedrock", "apiKey", ODD)
            .kamelet("bedrock", "accessKeyId", "AKID")
            .kamelet("bedrock", "secretAccessKey", "secret")
            .start()) {
      Reply reply = other.client().ask(MODEL);

      assertThat(provider.last().header("authorization")).isEqualTo("Bearer " + ODD);
      assertThat(reply.body()).doesNotContain(ODD);
    }
  }
}
