package dev.bactrian.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.HttpResponseFor;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnexpectedStatusCodeException;
import com.openai.errors.UnprocessableEntityException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.models.Model;
import dev.bactrian.kit.Chunks;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway as OpenAI's Java SDK sees it. */
class OpenAiJavaIT {
  private static final String MODEL = "openai/gpt-4.1-mini";

  private static ProviderServer provider;
  private static Gateway gateway;
  private static OpenAIClient client;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start();
    gateway =
        Gateway.with()
            .withoutBreakers()
            .provider("openai", provider)
            .set("bactrian.max-body", "65536")
            .set("bactrian.backoff", "2")
            .set("bactrian.max-wait", "500")
            .start();
    client = client(Gateway.KEY);
  }

  @AfterAll
  static void stop() {
    client.close();
    gateway.close();
    provider.close();
  }

  private static OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl("http://127.0.0.1:" + gateway.port() + "/v1")
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  private static ChatCompletionCreateParams.Builder asking(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hello");
  }

  @Test
  void aChatIsAnswered() {
    ChatCompletion answer = client.chat().completions().create(asking("demo/chat").build());

    assertThat(answer.choices().get(0).message().content().orElseThrow()).contains("“Hello”");
    assertThat(answer.choices().get(0).finishReason())
        .isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    assertThat(answer.usage().orElseThrow().totalTokens()).isGreaterThan(10);
    answer.validate();
  }

  @Test
  void theHeadersSayWhoAnswered() {
    try (HttpResponseFor<ChatCompletion> raw =
        client.chat().completions().withRawResponse().create(asking("demo/unreliable").build())) {
      assertThat(raw.headers().values("x-bactrian-model")).containsExactly("demo/chat");
      assertThat(raw.requestId()).isPresent();
      assertThat(raw.parse().choices()).hasSize(1);
    }
  }

  @Test
  void membersThatTheSdkDoesNotKnowReachTheProvider() {
    provider.always(Script.completion("Hi"));

    client
        .chat()
        .completions()
        .create(
            asking(MODEL)
                .putAdditionalBodyProperty("thinking", JsonValue.from(Map.of("type", "disabled")))
                .build());

    assertThat(provider.count()).isEqualTo(1);
    assertThat(provider.last().body())
        .contains("\"thinking\":{\"type\":\"disabled\"}", "\"model\":\"gpt-4.1-mini\"");
  }

  @Test
  void aStreamComesChunkByChunkWithItsUsageAtTheEnd() {
    ChatCompletionCreateParams params =
        asking("demo/chat")
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    List<ChatCompletionChunk> chunks = new ArrayList<>();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(params)) {
      stream.stream().forEach(chunks::add);
    }

    assertThat(chunks).hasSizeGreaterThan(10);
    assertThat(text(chunks)).contains("“Hello”");
    assertThat(chunks.get(chunks.size() - 1).choices()).isEmpty();
    assertThat(chunks.get(chunks.size() - 1).usage().orElseThrow().totalTokens()).isPositive();
  }

  @Test
  void aToolIsCalledAndItsResultIsHeard() {
    ChatCompletionCreateParams first = asking("demo/chat").addFunctionTool(weather()).build();
    ChatCompletionMessage message =
        client.chat().completions().create(first).choices().get(0).message();

    ChatCompletionMessageFunctionToolCall call =
        message.toolCalls().orElseThrow().get(0).asFunction();
    assertThat(call.function().name()).isEqualTo("get_weather");
    assertThat(call.function().arguments()).isEqualTo("{\"city\":\"demo\"}");

    ChatCompletionCreateParams second =
        first.toBuilder()
            .addMessage(message)
            .addMessage(
                ChatCompletionToolMessageParam.builder()
                    .toolCallId(call.id())
                    .content("12 below zero")
                    .build())
            .build();
    ChatCompletion answer = client.chat().completions().create(second);
    assertThat(answer.choices().get(0).message().content().orElseThrow()).contains("12 below zero");
  }

  @Test
  void aStreamedToolCallIsAssembledByTheSdk() {
    ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        client
            .chat()
            .completions()
            .createStreaming(asking("demo/chat").addFunctionTool(weather()).build())) {
      stream.stream().forEach(whole::accumulate);
    }

    ChatCompletion.Choice choice = whole.chatCompletion().choices().get(0);
    assertThat(choice.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
    assertThat(
            choice.message().toolCalls().orElseThrow().get(0).asFunction().function().arguments())
        .isEqualTo("{\"city\":\"demo\"}");
  }

  /** An error without type and code, as some providers send it. */
  private static Script error(int status, String message, String... headers) {
    String error =
        """
        {"error":{"message":"%s","type":null,"param":null,"code":null}}"""
            .formatted(message);
    return Script.status(status, error, headers);
  }

  private static FunctionDefinition weather() {
    return FunctionDefinition.builder()
        .name("get_weather")
        .parameters(
            FunctionParameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .putAdditionalProperty(
                    "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                .build())
        .build();
  }

  @Test
  void modelsAreListedAndFound() {
    assertThat(client.models().list().autoPager())
        .extracting(Model::id)
        .contains("demo/chat", MODEL)
        .noneMatch(id -> id.startsWith("zhipu/") || id.contains("*"));
    assertThat(client.models().retrieve(MODEL).ownedBy()).isEqualTo("openai");
    assertThatThrownBy(() -> client.models().retrieve("zhipu/glm-5.1"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void aWrongKeyIsUnauthorized() {
    OpenAIClient stranger = client("sk-wrong");

    UnauthorizedException error =
        catchThrowableOfType(
            UnauthorizedException.class,
            () -> stranger.chat().completions().create(asking("demo/chat").build()));

    stranger.close();
    assertThat(error.code()).contains("invalid_api_key");
    assertThat(error.headers().values("x-request-id")).hasSize(1);
  }

  @Test
  void badInputIsABadRequest() {
    BadRequestException error =
        fails(
            BadRequestException.class,
            ChatCompletionCreateParams.builder().model(MODEL).messages(List.of()));

    assertThat(error.type()).contains("invalid_request_error");
    assertThat(error.param()).contains("messages");
  }

  @Test
  void anUnknownModelIsNotFound() {
    NotFoundException error = fails(NotFoundException.class, asking("openai/no-such-model"));

    assertThat(error.code()).contains("model_not_found");
    assertThat(error.param()).contains("model");
  }

  @Test
  void aBodyOverTheLimitIsAnUnexpectedStatus() {
    UnexpectedStatusCodeException error =
        fails(
            UnexpectedStatusCodeException.class, asking(MODEL).addUserMessage("x".repeat(100_000)));

    assertThat(error.statusCode()).isEqualTo(413);
    assertThat(error.code()).contains("request_too_large");
  }

  @Test
  void aRequestThatTheProviderRefusesIsUnprocessable() {
    provider.always(error(422, "No."));

    assertThat(fails(UnprocessableEntityException.class, asking(MODEL)))
        .hasMessageContaining("No.");
  }

  @Test
  void aSpentLimitSaysWhenToComeBack() {
    provider.always(error(429, "Slow down.", "retry-after", "7"));

    RateLimitException error = fails(RateLimitException.class, asking(MODEL));

    assertThat(error.code()).contains("rate_limit_exceeded");
    assertThat(error.headers().values("retry-after")).containsExactly("7");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 401})
  void aProviderThatFailsIsAnInternalServerError(int status) {
    provider.always(error(status, "It failed."));

    assertThat(fails(InternalServerException.class, asking(MODEL)).statusCode())
        .isEqualTo(status == 503 ? 503 : 502);
  }

  @Test
  void aStreamThatBreaksThrowsAfterWhatCame() {
    provider.always(Script.cut(Chunks.content("Once"), Chunks.content(" upon")));
    List<ChatCompletionChunk> seen = new ArrayList<>();

    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(asking(MODEL).build())) {
      assertThatThrownBy(() -> stream.stream().forEach(seen::add))
          .isInstanceOfSatisfying(
              SseException.class, error -> assertThat(error.type()).contains("server_error"));
    }

    assertThat(text(seen)).isEqualTo("Once upon");
    assertThat(provider.count()).isEqualTo(1);
  }

  @RepeatedTest(10)
  void theConnectionOfAStreamThatBrokeIsNotUsedAgain() {
    provider.always(Script.cut(Chunks.content("Once")));

    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(asking(MODEL).build())) {
      assertThatThrownBy(() -> stream.stream().toList()).isInstanceOf(SseException.class);
    }

    assertThat(client.models().list().data()).isNotEmpty();
  }

  private static <E extends OpenAIServiceException> E fails(
      Class<E> type, ChatCompletionCreateParams.Builder params) {
    return catchThrowableOfType(type, () -> client.chat().completions().create(params.build()));
  }

  private static String text(List<ChatCompletionChunk> chunks) {
    StringBuilder text = new StringBuilder();
    for (ChatCompletionChunk chunk : chunks) {
      chunk.choices().forEach(choice -> choice.delta().content().ifPresent(text::append));
    }
    return text.toString();
  }
}
