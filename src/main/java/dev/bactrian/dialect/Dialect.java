package dev.bactrian.dialect;

import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.UpstreamException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a family of providers speaks: what goes out, and what comes in, in OpenAI's terms. */
public interface Dialect {

  /**
   * A request as the provider wants it.
   *
   * @param body the bytes to send
   * @param changes what is not as the client sent it, for example {@code n=dropped}
   */
  record Outgoing(byte[] body, List<String> changes) {}

  /** Translates a request. */
  Outgoing request(ChatRequest request, Quirks quirks);

  /**
   * Translates a whole answer that came with status 200.
   *
   * @throws UpstreamException when it is an error all the same, or cannot be read
   */
  ChatReply.Complete reply(ChatRequest request, byte[] body, List<String> changes);

  /** A translator for one stream. */
  ChunkStream stream(ChatRequest request);

  /**
   * Classifies an error answer.
   *
   * @param status the HTTP status
   * @param retryAfterMillis what the provider's headers ask to wait, -1 where they do not
   * @param body the error body, of whatever form
   */
  UpstreamException error(int status, long retryAfterMillis, byte[] body);

  /** The dialect of that name. */
  static Dialect named(@Nullable String name) {
    if (name == null || name.equals("openai")) {
      return new OpenAiDialect();
    }
    throw new IllegalArgumentException("There is no dialect '" + name + "'.");
  }
}
