package dev.bactrian.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.catalogue.Model;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.TokenMeter;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs of the model that answers it.
 *
 * @param tools whether it may call tools
 * @param images whether there are pictures in it
 * @param jsonSchema whether the answer has to follow a JSON schema
 * @param sampling whether temperature or top_p are set
 * @param promptTokens an estimate of the tokens in
 * @param cachedTokens those of them that the turn before had, too, as far as prompt caches take
 *     note
 * @param outputTokens the tokens out that the request allows, or a usual number
 * @param lastUser the last user message's text, at most its first 4,000 characters
 */
public record Needs(
    boolean tools,
    boolean images,
    boolean jsonSchema,
    boolean sampling,
    long promptTokens,
    long cachedTokens,
    long outputTokens,
    String lastUser) {
  private static final int USUAL_OUTPUT = 500;
  private static final int LONGEST_TEXT = 4_000;
  private static final int IMAGE_TOKENS = 800;

  /** The shortest beginning of a prompt that providers put into a cache. */
  private static final int LEAST_CACHED = 1024;

  /** Reads the whole request, which takes time in proportion to its length. */
  public static Needs of(ChatRequest request) {
    JsonNode body;
    try {
      body = Json.MAPPER.readTree(request.json());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Reader reader = new Reader();
    body.path("messages").forEach(reader::message);
    long tools = body.has("tools") ? TokenMeter.of(body.path("tools").toString()) : 0;
    long limit = body.path("max_completion_tokens").asLong(body.path("max_tokens").asLong(0));
    return new Needs(
        !body.path("tools").isEmpty(),
        reader.images > 0,
        body.at("/response_format/type").asText().equals("json_schema"),
        body.hasNonNull("temperature") || body.hasNonNull("top_p"),
        reader.tokens + tools,
        reader.before > 0 && reader.before + tools >= LEAST_CACHED ? reader.before + tools : 0,
        limit > 0 ? limit : USUAL_OUTPUT,
        reader.lastUser);
  }

  /** The tokens in, by the request's length, without reading it again unless pictures are in it. */
  public static long promptTokens(ChatRequest request) {
    return request.parts() ? of(request).promptTokens() : (request.json().length + 3L) / 4;
  }

  /** Adds up messages. */
  private static final class Reader {
    private long tokens;
    private long before;
    private int images;
    private String lastUser = "";

    private void message(JsonNode message) {
      if (message.path("role").asText().equals("assistant")) {
        before = tokens; // what its author was asked
      }
      StringBuilder text = new StringBuilder();
      JsonNode content = message.path("content");
      if (content.isTextual()) {
        text.append(content.asText());
      }
      for (JsonNode part : content) {
        if (part.path("type").asText().equals("image_url")) {
          images++;
          tokens += IMAGE_TOKENS;
        } else {
          text.append(part.path("text").asText());
        }
      }
      tokens += 4 + TokenMeter.of(text);
      if (message.has("tool_calls")) {
        tokens += TokenMeter.of(message.path("tool_calls").toString());
      }
      if (message.path("role").asText().equals("user")) {
        lastUser = text.substring(0, Math.min(text.length(), LONGEST_TEXT));
      }
    }
  }

  /** Why a model cannot answer, as far as the catalogue knows; null if it can. */
  @Nullable String lacking(Model model) {
    if (tools && !model.abilities().contains("tools")) {
      return "it calls no tools";
    }
    if (images && !model.input().contains("image")) {
      return "it sees no images";
    }
    if (jsonSchema && !model.abilities().contains("json_schema")) {
      return "it follows no JSON schema";
    }
    Long window = model.context();
    if (window != null && promptTokens + Math.min(outputTokens, USUAL_OUTPUT) > window) {
      return "its context of " + window + " tokens is too short";
    }
    return null;
  }
}
