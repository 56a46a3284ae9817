package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the error answers of all providers have in common, whatever form they have. */
final class ErrorText {
  private static final int LONGEST_MESSAGE = 2000;
  private static final int LONGEST_BARE_TEXT = 300;
  private static final Pattern SECRET =
      Pattern.compile(
          "(?<![A-Za-z])(?:(sk|ak|bce-v3)[-_/]|(key)[-_=](?=\\S*\\d)|(?i:(Bearer)) +(?=\\S*\\d))"
              + "[A-Za-z0-9_\\-./*]{6,}");

  private ErrorText() {}

  /** A provider's message as a client may read it: cut, and without what looks like a key. */
  static String shown(String message) {
    String cut = message.substring(0, Math.min(message.length(), LONGEST_MESSAGE));
    return SECRET.matcher(cut).replaceAll("$1$2$3-***");
  }

  /** The message of a body that is no JSON object: its text where that is meant to be read. */
  static String bare(int status, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    boolean readable =
        !text.isEmpty() && !text.startsWith("<") && text.length() < LONGEST_BARE_TEXT;
    return readable ? text : unexplained(status);
  }

  /** The message where the provider gave none. */
  static String unexplained(int status) {
    return "The provider answered with HTTP status " + status + ".";
  }

  /** A body as a JSON object, null where it is none. */
  static @Nullable JsonNode object(byte[] body) {
    try {
      JsonNode tree = Json.MAPPER.readTree(body);
      return tree != null && tree.isObject() ? tree : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** A member that is a text, a number or a boolean, as text; null where it is not. */
  static @Nullable String text(JsonNode node, String member) {
    JsonNode value = node.get(member);
    return value == null || value.isNull() || value.isContainerNode() ? null : value.asText();
  }

  /** What an HTTP status means by itself, null where only the body can tell. */
  static @Nullable ErrorClass byStatus(int status) {
    return switch (status) {
      case 401, 403 -> ErrorClass.AUTH;
      case 402 -> ErrorClass.BILLING;
      case 404 -> ErrorClass.NOT_FOUND;
      case 408, 504, 524 -> ErrorClass.TIMEOUT;
      case 424 -> ErrorClass.SERVER;
      case 425, 429 -> ErrorClass.RATE;
      case 451 -> ErrorClass.CONTENT;
      case 498, 503, 529 -> ErrorClass.OVERLOAD;
      default -> status >= 500 ? ErrorClass.SERVER : null;
    };
  }
}
