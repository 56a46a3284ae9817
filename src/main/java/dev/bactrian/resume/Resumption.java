package dev.bactrian.resume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.catalogue.Prefill;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.TokenMeter;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import dev.bactrian.json.Member;
import dev.bactrian.json.Splice;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One answer to a client that may come from several providers, one after the other: what the client
 * has seen of it, and what the next provider is asked, so that no character is lost or repeated.
 */
public final class Resumption {
  /** The member of a request that asks for it. */
  public static final String MEMBER = "resume";

  private final ChatRequest asked;
  private final ResumableStream seen = new ResumableStream();
  private @Nullable UpstreamException failure;
  private long answered;

  private Resumption(ChatRequest asked) {
    this.asked = asked;
  }

  /**
   * A resumption for a request that asks for one and can have it: a stream of plain text.
   *
   * @param always whether it need not be asked for
   */
  public static @Nullable Resumption of(ChatRequest request, boolean always) {
    Member wish = request.index().get(MEMBER);
    boolean wanted = wish == null ? always : wish.token().asString().equals("true");
    return wanted && request.stream() && isText(request) && !endsWithAssistant(request)
        ? new Resumption(request)
        : null;
  }

  private static boolean isText(ChatRequest request) {
    Member format = request.index().get("response_format");
    return format == null
        || format.isNull()
        || tree(request, format).path("type").asText().equals("text");
  }

  /** Whether the client itself has begun the answer. */
  private static boolean endsWithAssistant(ChatRequest request) {
    JsonNode messages = tree(request, Objects.requireNonNull(request.index().get("messages")));
    return messages.path(messages.size() - 1).path("role").asText().equals("assistant");
  }

  private static JsonNode tree(ChatRequest request, Member member) {
    try {
      return Json.MAPPER.readTree(
          request.json(), member.valueStart(), member.valueEnd() - member.valueStart());
    } catch (IOException e) {
      throw new IllegalStateException(e); // it was read before
    }
  }

  /**
   * A sink for the frames of the provider that answers now.
   *
   * @param now when its first content was there, on {@link System#nanoTime}'s clock
   */
  public WriteStream<Buffer> over(WriteStream<Buffer> client, long now) {
    answered = failure == null ? now : answered;
    failure = null;
    return seen.to(client);
  }

  /**
   * The provider's stream broke.
   *
   * @return whether another one may go on, so that the client was told nothing yet
   */
  public boolean broke(UpstreamException why) {
    if (seen.isOpen() && why.errorClass().triedElsewhere()) {
      failure = why;
      return true;
    }
    tell();
    return false;
  }

  /** When the first content of all was there, on {@link System#nanoTime}'s clock. */
  public long answered() {
    return answered;
  }

  /** An estimate of the tokens that the client has. */
  public long written() {
    return TokenMeter.of(seen.text());
  }

  /** What broke a stream that another provider may go on with, null where there is none. */
  public @Nullable UpstreamException failure() {
    return failure;
  }

  /** Tells the client of a failure that was held back, if one was. */
  public void tell() {
    seen.tell();
  }

  /**
   * The request for the rest of the answer.
   *
   * @param request the request for the target
   * @param how how the target is told
   */
  public ChatRequest rest(ChatRequest request, Prefill how) {
    String text = seen.text();
    // White space at the end is refused by some; the next provider sends it again, or not.
    ObjectNode message = Json.MAPPER.createObjectNode().put("role", "assistant");
    message.put("content", text.stripTrailing()).setAll(how.message());
    Member messages = Objects.requireNonNull(asked.index().get("messages"));
    Splice splice = asked.splice().remove(MEMBER);
    int end = messages.valueEnd() - 1;
    splice.patch(end, end, ("," + message).getBytes(StandardCharsets.UTF_8));
    how.request()
        .properties()
        .forEach(
            member ->
                splice.set(
                    member.getKey(),
                    member.getValue().toString().getBytes(StandardCharsets.UTF_8)));
    long written = TokenMeter.of(text);
    less(splice, "max_tokens", written);
    less(splice, "max_completion_tokens", written);
    return ChatRequest.read(splice.toBytes())
        .only(request.model())
        .withModel(request.model(), request.maxOutput());
  }

  private void less(Splice splice, String name, long written) {
    Member member = asked.index().get(name);
    if (member != null && !member.isNull()) {
      long left = Math.max(1, tree(asked, member).asLong() - written);
      splice.set(name, Long.toString(left).getBytes(StandardCharsets.UTF_8));
    }
  }
}
