package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The parts of a message as Anthropic's content blocks; blocks that are Anthropic's own stay. */
final class AnthropicParts {
  private static final Pattern DATA =
      Pattern.compile("data:([^;,]*)(?:;[^,]*)?;base64,(.*)", Pattern.DOTALL);

  private final Set<String> changes;

  AnthropicParts(Set<String> changes) {
    this.changes = changes;
  }

  /** A block of text. */
  static ObjectNode text(String text) {
    return Json.MAPPER.createObjectNode().put("type", "text").put("text", text);
  }

  /** A content, be it a text or parts, without the empty texts, which the API refuses. */
  ArrayNode blocks(JsonNode content) {
    ArrayNode blocks = Json.MAPPER.createArrayNode();
    if (content.isTextual() && !content.asText().isBlank()) {
      blocks.add(text(content.asText()));
    }
    for (JsonNode part : content) {
      ObjectNode block = part.isTextual() ? text(part.asText()) : block(part);
      boolean empty = block.path("type").asText().equals("text") && block.path("text").isTextual();
      if (!empty || !block.path("text").asText().isBlank()) {
        blocks.add(block);
      }
    }
    return blocks;
  }

  private ObjectNode block(JsonNode part) {
    String type = part.path("type").asText();
    if (type.equals("image_url") || type.equals("file")) {
      MessageMembers.tell(
          part, "messages.content", Set.of("type", type, "cache_control"), changes::add);
    }
    ObjectNode block =
        switch (type) {
          case "text" -> own(part, Set.of("type", "text", "cache_control", "citations"));
          case "refusal" -> text(part.path("refusal").asText());
          case "image_url" -> image(part.path("image_url"));
          case "file" -> file(part.path("file"));
          case "input_audio", "audio_url", "video_url", "input_video" ->
              throw Refusals.unsupported(
                  "messages", "This model takes no part of type '" + type + "'.");
          default -> part instanceof ObjectNode own ? own : text("");
        };
    if (part.hasNonNull("cache_control")) {
      block.set("cache_control", part.path("cache_control"));
    }
    return block;
  }

  private ObjectNode own(JsonNode part, Set<String> known) {
    ObjectNode block = Json.MAPPER.createObjectNode();
    part.properties()
        .forEach(
            member -> {
              if (member.getValue().isNull()) {
                return;
              }
              if (known.contains(member.getKey())) {
                block.set(member.getKey(), member.getValue());
              } else {
                changes.add("messages.content." + member.getKey() + "=dropped");
              }
            });
    return block;
  }

  private ObjectNode image(JsonNode image) {
    String url = image.isTextual() ? image.asText() : image.path("url").asText();
    if (!image.path("detail").asText("auto").equals("auto")) {
      changes.add("image_url.detail=dropped");
    }
    ObjectNode block = Json.MAPPER.createObjectNode().put("type", "image");
    block.set("source", source(url, "messages.image_url"));
    return block;
  }

  private ObjectNode file(JsonNode file) {
    ObjectNode block = Json.MAPPER.createObjectNode().put("type", "document");
    if (file.hasNonNull("file_id")) {
      block.putObject("source").put("type", "file").put("file_id", file.path("file_id").asText());
    } else {
      block.set("source", source(file.path("file_data").asText(), "messages.file"));
    }
    if (file.hasNonNull("filename")) {
      block.put("title", file.path("filename").asText());
    }
    return block;
  }

  private static ObjectNode source(String url, String param) {
    ObjectNode source = Json.MAPPER.createObjectNode();
    if (url.startsWith("http://") || url.startsWith("https://")) {
      return source.put("type", "url").put("url", url);
    }
    Matcher data = DATA.matcher(url);
    if (!data.matches()) {
      throw Refusals.unsupported(
          param, "'" + param + "' is no http address and no base64 data URL.");
    }
    String type = data.group(1).toLowerCase(Locale.ROOT);
    String text = type.startsWith("text/") ? decoded(data.group(2)) : null;
    if (text != null) {
      return source.put("type", "text").put("media_type", "text/plain").put("data", text);
    }
    source.put("type", "base64").put("media_type", type.equals("image/jpg") ? "image/jpeg" : type);
    return source.put("data", data.group(2));
  }

  private static @Nullable String decoded(String base64) {
    try {
      return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
