package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The dialect as Anthropic's kamelet sets it up, and requests for it. */
final class AnthropicFixture {
  /** What is sent for a request. */
  record Sent(JsonNode body, List<String> changes, Map<String, String> headers) {}

  private AnthropicFixture() {}

  /** The quirks of the kamelet and more. */
  static Map<String, String> quirks(String... more) {
    Map<String, String> quirks = new HashMap<>();
    quirks.put("models", kamelet("anthropic", "models"));
    for (int i = 0; i < more.length; i += 2) {
      quirks.put(more[i], more[i + 1]);
    }
    return quirks;
  }

  /** The default of a property of a provider's kamelet. */
  static String kamelet(String provider, String property) {
    Path file = Path.of("kamelets/" + provider + "-chat-action.kamelet.yaml");
    try {
      Object yaml = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
      return Json.MAPPER
          .valueToTree(yaml)
          .at("/spec/definition/properties/" + property + "/default")
          .asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A request with a question, and these members, each with a comma before it. */
  static ChatRequest request(String model, String members) {
    return read(
        model,
        "{\"model\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]" + members + "}");
  }

  /** A request with these messages. */
  static ChatRequest messages(String model, String messages, String members) {
    return read(model, "{\"model\":\"x\",\"messages\":[" + messages + "]" + members + "}");
  }

  private static ChatRequest read(String model, String json) {
    return ChatRequest.read(json.getBytes(StandardCharsets.UTF_8)).withModel(model, 64_000L);
  }

  /** What becomes of a request. */
  static Sent sent(ChatRequest request, String... quirks) {
    Dialect.Outgoing out = Dialect.named("anthropic", quirks(quirks)).request(request);
    return new Sent(json(out.body()), out.changes(), out.headers());
  }

  /** What becomes of a question with these members, for a model of no special traits. */
  static Sent sent(String members) {
    return sent(request("claude-sonnet-4-6", members));
  }

  /** What becomes of these messages. */
  static Sent sentMessages(String messages) {
    return sent(messages("claude-sonnet-4-6", messages, ""));
  }

  static JsonNode json(byte[] json) {
    return json(new String(json, StandardCharsets.UTF_8));
  }

  static JsonNode json(String json) {
    try {
      return Json.MAPPER.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(json, e);
    }
  }
}
