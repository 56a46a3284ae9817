package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLConnection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A message's content as parts. Data is sent inline. A file's address is passed on only where it
 * begins with what the provider is known to open; the gateway itself never fetches what a client
 * names, since that would let clients reach into the network that it stands in.
 */
final class GeminiParts {
  private static final Pattern DATA =
      Pattern.compile("data:([\\w.+-]+/[\\w.+-]+)(?:;[\\w.+-]+=[^;,]*)*;base64,");

  private final List<String> fileUris;
  private final Consumer<String> changes;

  GeminiParts(List<String> fileUris, Consumer<String> changes) {
    this.fileUris = fileUris;
    this.changes = changes;
  }

  /** The text of a content that may hold nothing else. */
  static String text(JsonNode content, String place) {
    if (!content.isArray()) {
      return content.asText("");
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("text").isTextual()) {
        throw Refusals.unsupported(
            place + ".content", "The result of a tool can only be text for Gemini.");
      }
      text.append(part.path("text").asText());
    }
    return text.toString();
  }

  /** Writes a content's parts; empty texts, which Gemini refuses, are left out. */
  void write(JsonNode content, String place, ArrayNode to) {
    if (!content.isArray()) {
      addText(content.asText(""), to);
    }
    for (int i = 0; content.isArray() && i < content.size(); i++) {
      part(content.get(i), place + ".content[" + i + "]", to);
    }
  }

  private void part(JsonNode part, String place, ArrayNode to) {
    String type = part.path("type").asText();
    MessageMembers.tell(part, "messages.content", Set.of("type", type), changes);
    switch (type) {
      case "text" -> addText(part.path("text").asText(), to);
      case "refusal" -> addText(part.path("refusal").asText(), to);
      case "image_url" -> {
        JsonNode image = part.path("image_url");
        String url = image.isTextual() ? image.asText() : image.path("url").asText();
        if (!image.path("detail").asText("auto").equals("auto")) {
          changes.accept("image_url.detail=dropped");
        }
        media(url, place + ".image_url.url", to);
      }
      case "input_audio" -> {
        JsonNode audio = part.path("input_audio");
        String format = audio.path("format").asText("wav").toLowerCase(Locale.ROOT);
        inline("audio/" + format, audio.path("data").asText(), to);
      }
      case "file" -> {
        JsonNode file = part.path("file");
        boolean data = file.has("file_data");
        String member = data ? "file_data" : "file_id";
        MessageMembers.tell(file, "file", Set.of(member), changes);
        media(file.path(member).asText(), place + ".file." + member, to);
      }
      default ->
          throw Refusals.unsupported(
              place + ".type", "Gemini takes text, image_url, input_audio and file parts only.");
    }
  }

  private static void addText(String text, ArrayNode to) {
    if (!text.isEmpty()) {
      to.addObject().put("text", text);
    }
  }

  private void media(String url, String place, ArrayNode to) {
    Matcher data = DATA.matcher(url);
    if (data.lookingAt()) {
      inline(data.group(1), url.substring(data.end()), to);
      return;
    }
    if (fileUris.stream().noneMatch(url::startsWith)) {
      throw Refusals.unsupported(
          place,
          "This address cannot be passed on to Gemini, and the gateway fetches nothing itself:"
              + " send the data as data:<type>;base64,<data>.");
    }
    ObjectNode file = to.addObject().putObject("fileData");
    String type = URLConnection.guessContentTypeFromName(url.replaceAll("[?#].*", ""));
    if (type != null) {
      file.put("mimeType", type);
    }
    file.put("fileUri", url);
  }

  private static void inline(String type, String data, ArrayNode to) {
    to.addObject().putObject("inlineData").put("mimeType", type).put("data", data);
  }
}
