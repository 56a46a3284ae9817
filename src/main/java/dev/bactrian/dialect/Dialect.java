package dev.bactrian.dialect;

import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.sse.EventReader;
import dev.bactrian.sse.SseReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How a family of providers speaks: what goes out, and what comes in, in OpenAI's terms. */
public interface Dialect {

  /**
   * A request as the provider wants it.
   *
   * @param body the bytes to send
   * @param changes what is not as the client sent it, for example {@code n=dropped}
   * @param headers what the request has to say by headers
   */
  record Outgoing(byte[] body, List<String> changes, Map<String, String> headers) {
    /** A request that is all in its body. */
    public Outgoing(byte[] body, List<String> changes) {
      this(body, changes, Map.of());
    }

    /** The same request with more headers. */
    public Outgoing with(Map<String, String> more) {
      Map<String, String> all = new LinkedHashMap<>(headers);
      all.putAll(more);
      return new Outgoing(body, changes, all);
    }
  }

  /**
   * Translates a request.
   *
   * @throws UpstreamException when it asks for what the provider cannot do and must not be left out
   */
  Outgoing request(ChatRequest request);

  /** A model's id as the path names it, where the path does. */
  default String pathModel(String model) {
    return model;
  }

  /**
   * Translates a whole answer that came with status 200.
   *
   * @throws UpstreamException when it is an error all the same, or cannot be read
   */
  ChatReply.Complete reply(ChatRequest request, byte[] body, List<String> changes);

  /** A translator for one stream. */
  ChunkStream stream(ChatRequest request);

  /** Splits a stream's bytes into events: server-sent events, unless the dialect knows better. */
  default EventReader reader(SseReader.Handler handler, int limit) {
    return new SseReader(handler, limit);
  }

  /**
   * An answer that is an error by its HTTP status.
   *
   * @param status the HTTP status
   * @param retryAfterMillis what the provider's headers ask to wait, -1 where they do not
   * @param headers the headers by name, in any case
   * @param body the error body, of whatever form
   */
  record ErrorAnswer(
      int status, long retryAfterMillis, UnaryOperator<@Nullable String> headers, byte[] body) {}

  /** Classifies an error answer. */
  UpstreamException error(ErrorAnswer answer);

  /**
   * The dialect of that name.
   *
   * @param quirks what the kamelet says of its provider
   * @throws IllegalArgumentException when there is no such dialect, or it knows no such quirk
   */
  static Dialect named(String name, Map<String, ?> quirks) {
    Options options = new Options(quirks);
    Dialect dialect =
        switch (name) {
          case "openai" -> new OpenAiDialect(OpenAiQuirks.of(options));
          case "gemini" -> new GeminiDialect(GeminiQuirks.of(options));
          case "anthropic" -> new AnthropicDialect(AnthropicQuirks.of(options));
          case "sensenova" -> new SensenovaDialect(NativeQuirks.of(options));
          case "bedrock" -> new BedrockDialect(BedrockQuirks.of(options));
          case "baidu" -> new BaiduDialect(NativeQuirks.of(options), options.pairs("paths"));
          default -> throw new IllegalArgumentException("There is no dialect '" + name + "'.");
        };
    options.requireAllRead();
    return dialect;
  }
}
