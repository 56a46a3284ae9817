package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Anthropic's content blocks as Converse's; blocks that are Converse's own stay. */
final class BedrockContents {
  private static final Map<String, String> PICTURES =
      Map.of(
          "image/png", "png",
          "image/jpeg", "jpeg",
          "image/gif", "gif",
          "image/webp", "webp");
  private static final Map<String, String> DOCUMENTS =
      Map.of(
          "application/pdf", "pdf",
          "application/msword", "doc",
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx",
          "application/vnd.ms-excel", "xls",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx",
          "text/plain", "txt");
  private static final Set<String> ENDINGS =
      Set.of("pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md");
  private static final int LONGEST_ID = 64;
  private static final int LONGEST_NAME = 200;

  private final Set<String> changes;
  private int documents;

  BedrockContents(Set<String> changes) {
    this.changes = changes;
  }

  /** A content, be it a text or blocks. */
  ArrayNode blocks(JsonNode content) {
    ArrayNode blocks = Json.MAPPER.createArrayNode();
    if (content.isTextual()) {
      blocks.addObject().put("text", content.asText());
    }
    for (JsonNode block : content) {
      blocks.add(block(block));
      cachePoint(blocks, block);
    }
    return blocks;
  }

  /** Adds a mark of the cache after a block that has one. */
  static void cachePoint(ArrayNode blocks, JsonNode marked) {
    JsonNode mark = marked.path("cache_control");
    if (mark.isObject()) {
      ObjectNode point = blocks.addObject().putObject("cachePoint").put("type", "default");
      if (mark.hasNonNull("ttl")) {
        point.set("ttl", mark.get("ttl"));
      }
    }
  }

  private JsonNode block(JsonNode block) {
    ObjectNode own = Json.MAPPER.createObjectNode();
    return switch (block.path("type").asText()) {
      case "" -> block;
      case "text" -> {
        if (block.has("citations")) {
          changes.add("messages.content.citations=dropped");
        }
        yield own.put("text", block.path("text").asText());
      }
      case "image" -> {
        String format = PICTURES.getOrDefault(block.at("/source/media_type").asText(), "");
        own.putObject("image").put("format", known(format, block)).set("source", bytes(block));
        yield own;
      }
      case "document" -> {
        ObjectNode document = own.putObject("document");
        String title = block.path("title").asText("");
        document.put("format", known(format(title, block), block));
        document.put("name", name(title)).set("source", bytes(block));
        yield own;
      }
      case "tool_use" -> {
        ObjectNode use = own.putObject("toolUse").put("toolUseId", id(block.path("id").asText()));
        use.put("name", block.path("name").asText()).set("input", block.path("input"));
        yield own;
      }
      case "tool_result" -> {
        ObjectNode result = own.putObject("toolResult");
        result.put("toolUseId", id(block.path("tool_use_id").asText()));
        result.set("content", blocks(block.path("content")));
        result.put("status", block.path("is_error").asBoolean() ? "error" : "success");
        yield own;
      }
      case "thinking" -> {
        ObjectNode thought = own.putObject("reasoningContent").putObject("reasoningText");
        thought.put("text", block.path("thinking").asText());
        thought.put("signature", block.path("signature").asText());
        yield own;
      }
      case "redacted_thinking" -> {
        own.putObject("reasoningContent").set("redactedContent", block.path("data"));
        yield own;
      }
      default ->
          throw Refusals.unsupported(
              "messages",
              "This model takes no part of type '" + block.path("type").asText() + "'.");
    };
  }

  private static ObjectNode bytes(JsonNode block) {
    JsonNode source = block.path("source");
    String data = source.path("data").asText();
    if (source.path("type").asText().equals("text")) {
      data = Base64.getEncoder().encodeToString(data.getBytes(StandardCharsets.UTF_8));
    }
    return Json.MAPPER.createObjectNode().put("bytes", data);
  }

  private static String known(String format, JsonNode block) {
    String type = block.path("type").asText();
    String source = block.at("/source/type").asText();
    if (!source.equals("base64") && !source.equals("text")) {
      throw Refusals.unsupported(
          "messages", "This model takes no " + type + " by address or id: send it as a data URL.");
    }
    if (format.isEmpty()) {
      throw Refusals.unsupported(
          "messages",
          "This model takes no "
              + type
              + " of type '"
              + block.at("/source/media_type").asText()
              + "'.");
    }
    return format;
  }

  private static String format(String title, JsonNode block) {
    String ending = title.substring(title.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return ENDINGS.contains(ending)
        ? ending
        : DOCUMENTS.getOrDefault(block.at("/source/media_type").asText(), "");
  }

  /** A document's name in the characters that Converse takes; the ending is its format. */
  private String name(String title) {
    documents++;
    String name =
        title
            .replaceAll("\\.[^.]*$", "")
            .replaceAll("[^a-zA-Z0-9\\s()\\[\\]-]", "-")
            .replaceAll("\\s+", " ")
            .strip();
    return name.isEmpty()
        ? "document " + documents
        : name.substring(0, Math.min(name.length(), LONGEST_NAME));
  }

  /** An id that is short enough; the same for a call and its result. */
  private static String id(String id) {
    return id.length() <= LONGEST_ID
        ? id
        : UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
