package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;

/** Gemini as its kamelet describes it. */
final class GeminiFixture {
  static final String OLD = "gemini-2.0-flash";
  static final String FLASH = "gemini-2.5-flash";
  static final String PRO = "gemini-2.5-pro";
  static final String THREE = "gemini-3.5-flash";

  static final GeminiQuirks QUIRKS =
      GeminiQuirks.of(
          new Options(
              Map.ofEntries(
                  Map.entry("jsonSchema", "gemini-2.5*,gemini-3*"),
                  Map.entry("thinkingBudget", "gemini-2.5*"),
                  Map.entry("thinkingLevel", "gemini-3*"),
                  Map.entry("alwaysThinks", "gemini-2.5-pro*"),
                  Map.entry("noMinimal", "gemini-3*-pro*"),
                  Map.entry("noMedium", "gemini-3-pro*"),
                  Map.entry("signatures", "gemini-3*"),
                  Map.entry("signature", "lost"),
                  Map.entry("oneCandidate", "gemini-2.5*,gemini-3*"),
                  Map.entry("jsonOrTools", "gemini-2*"),
                  Map.entry("fileUris", "gs://"),
                  Map.entry("drop", "top_k"))));

  private GeminiFixture() {}

  static ChatRequest request(String model, String members) {
    String messages = members.contains("\"messages\"") ? "" : ",\"messages\":[{\"role\":\"user\"}]";
    String body = "{\"model\":\"x\"" + messages + (members.isEmpty() ? "" : ",") + members + "}";
    return ChatRequest.read(body.getBytes(StandardCharsets.UTF_8)).withModel(model, 65_536L);
  }

  static Dialect.Outgoing outgoing(String model, String members) {
    return new GeminiDialect(QUIRKS).request(request(model, members));
  }

  static JsonNode sent(String model, String members) {
    return json(new String(outgoing(model, members).body(), StandardCharsets.UTF_8));
  }

  static List<String> changes(String model, String members) {
    return outgoing(model, members).changes();
  }

  static UpstreamException refusal(String model, String members) {
    return Assertions.catchThrowableOfType(UpstreamException.class, () -> outgoing(model, members));
  }

  static JsonNode json(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }
}
