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
import dev.bactrian.Bactrian;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway as OpenAI's Java SDK sees it. */
class OpenAiJavaIT {
  private static final String KEY = "sk-test";
  private static final String MODEL = "openai/gpt-4.1-mini";

  private static ScriptedProvider provider;
  private static Bactrian gateway;
  private static OpenAIClient client;

  @BeforeAll
  static void start(@TempDir Path data) throws Exception {
    provider = new ScriptedProvider();
    gateway =
        new Bactrian(
                Map.ofEntries(
                    Map.entry("bactrian.host", "127.0.0.1"),
                    Map.entry("bactrian.port", "0"),
                    Map.entry("camel.management.port", "0"),
                    Map.entry("bactrian.key", KEY),
                    Map.entry("bactrian.data", data.toString()),
                    Map.entry("bactrian.max-body", "65536"),
                    Map.entry("bactrian.backoff", "2"),
                    Map.entry("bactrian.max-wait", "500"),
                    Map.entry("bactrian.breaker.window", "1000"),
                    Map.entry("bactrian.breaker.minimum", "1000"),
                    Map.entry("camel.kamelet.openai-chat-action.apiKey", "sk-of-the-provider"),
                    Map.entry("camel.kamelet.openai-chat-action.baseUrl", provider.baseUrl())))
            .start();
    client = client(KEY);
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
    provider.will(
        ScriptedProvider.status(
            200,
            """
            {"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,\
            "message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"""));

    client
        .chat()
        .completions()
        .create(
            asking(MODEL)
                .putAdditionalBodyProperty("thinking", JsonValue.from(Map.of("type", "disabled")))
                .build());

    assertThat(provider.requests())
        .singleElement()
        .asString()
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
    provider.will(ScriptedProvider.error(422, "No."));

    assertThat(fails(UnprocessableEntityException.class, asking(MODEL)))
        .hasMessageContaining("No.");
  }

  @Test
  void aSpentLimitSaysWhenToComeBack() {
    provider.will(ScriptedProvider.error(429, "Slow down.", "retry-after", "7"));

    RateLimitException error = fails(RateLimitException.class, asking(MODEL));

    assertThat(error.code()).contains("rate_limit_exceeded");
    assertThat(error.headers().values("retry-after")).containsExactly("7");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 401})
  void aProviderThatFailsIsAnInternalServerError(int status) {
    provider.will(ScriptedProvider.error(status, "It failed."));

    assertThat(fails(InternalServerException.class, asking(MODEL)).statusCode())
        .isEqualTo(status == 503 ? 503 : 502);
  }

  @Test
  void aStreamThatBreaksThrowsAfterWhatCame() {
    provider.will(
        ScriptedProvider.stream(
            false, ScriptedProvider.says("Once"), ScriptedProvider.says(" upon")));
    List<ChatCompletionChunk> seen = new ArrayList<>();

    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(asking(MODEL).build())) {
      assertThatThrownBy(() -> stream.stream().forEach(seen::add))
          .isInstanceOfSatisfying(
              SseException.class, error -> assertThat(error.type()).contains("server_error"));
    }

    assertThat(text(seen)).isEqualTo("Once upon");
    assertThat(provider.requests()).hasSize(1);
  }

  @RepeatedTest(10)
  void theConnectionOfAStreamThatBrokeIsNotUsedAgain() {
    provider.will(ScriptedProvider.stream(false, ScriptedProvider.says("Once")));

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
