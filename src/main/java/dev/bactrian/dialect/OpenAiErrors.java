package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Error bodies of OpenAI-like providers: {@code {"error":{..}}}, flat ones, bare text. */
final class OpenAiErrors {
  private static final int LONGEST_MESSAGE = 2000;
  private static final Pattern SECRET =
      Pattern.compile(
          "(?<![A-Za-z])(?:(sk|ak|bce-v3)[-_/]|(key)[-_=](?=\\S*\\d)|(?i:(Bearer)) +(?=\\S*\\d))"
              + "[A-Za-z0-9_\\-./*]{6,}");
  private static final Pattern CONTEXT =
      Pattern.compile(
          "context.?length|maximum context|context window|range of input length|prompt is too long"
              + "|input token length too long|exceeded model token limit|too many tokens"
              + "|reduce the length of the messages",
          Pattern.CASE_INSENSITIVE);

  private OpenAiErrors() {}

  static UpstreamException classify(int status, long retryAfterMillis, byte[] body) {
    JsonNode tree = tree(body);
    if (tree == null) {
      String text = new String(body, StandardCharsets.UTF_8).strip();
      boolean readable = !text.isEmpty() && !text.startsWith("<") && text.length() < 300;
      String message = readable ? text : "The provider answered with HTTP status " + status + ".";
      return failure(status, message, null, null, null, retryAfterMillis);
    }
    JsonNode error = tree.hasNonNull("error") ? tree.get("error") : tree;
    if (error.isTextual()) {
      return failure(
          status, error.asText(), text(tree, "code"), text(tree, "type"), null, retryAfterMillis);
    }
    String message = text(error, "message");
    if (message == null) {
      message = text(error, "detail");
    }
    return failure(
        status,
        message == null ? "The provider answered with HTTP status " + status + "." : message,
        text(error, "code"),
        text(error, "type"),
        text(error, "param"),
        retryAfterMillis);
  }

  /** An error object that came inside an answer of status 200. */
  static UpstreamException inBand(byte[] json) {
    JsonNode tree = tree(json);
    JsonNode code = tree == null ? null : tree.path("error").path("code");
    int status = code == null ? 0 : code.asInt(0);
    return classify(status >= 400 && status < 600 ? status : 200, -1, json);
  }

  private static UpstreamException failure(
      int status,
      String message,
      @Nullable String code,
      @Nullable String type,
      @Nullable String param,
      long retryAfterMillis) {
    String shown = shown(message);
    return new UpstreamException(
        kind(status, shown, word(code), word(type)), status, shown, code, param, retryAfterMillis);
  }

  /** A provider's message as a client may read it: cut, and without what looks like a key. */
  static String shown(String message) {
    String cut = message.substring(0, Math.min(message.length(), LONGEST_MESSAGE));
    return SECRET.matcher(cut).replaceAll("$1$2$3-***");
  }

  private static ErrorClass kind(int status, String message, String code, String type) {
    String text = message.toLowerCase(Locale.ROOT);
    if (isBilling(code, type, text)) {
      return ErrorClass.BILLING;
    }
    if (status < 500 && isContent(code, type)) {
      return ErrorClass.CONTENT;
    }
    return switch (status) {
      case 401, 403 -> ErrorClass.AUTH;
      case 402 -> ErrorClass.BILLING;
      case 404 -> ErrorClass.NOT_FOUND;
      case 408, 504, 524 -> ErrorClass.TIMEOUT;
      case 425, 429 -> type.equals("engineoverloadederror") ? ErrorClass.OVERLOAD : ErrorClass.RATE;
      case 451 -> ErrorClass.CONTENT;
      case 498, 503, 529 -> ErrorClass.OVERLOAD;
      default -> status >= 500 ? ErrorClass.SERVER : byWords(status, text, code, type);
    };
  }

  private static ErrorClass byWords(int status, String text, String code, String type) {
    if (code.equals("contextlengthexceeded") || CONTEXT.matcher(text).find()) {
      return ErrorClass.CONTEXT;
    }
    if (code.equals("modelnotfound")) {
      return ErrorClass.NOT_FOUND;
    }
    if (code.equals("invalidapikey") || type.equals("authenticationerror")) {
      return ErrorClass.AUTH;
    }
    if (status >= 400) {
      return ErrorClass.BAD_REQUEST;
    }
    if (code.contains("ratelimit") || type.contains("ratelimit")) {
      return ErrorClass.RATE;
    }
    if (code.contains("overload") || type.contains("overload")) {
      return ErrorClass.OVERLOAD;
    }
    return type.equals("invalidrequesterror") ? ErrorClass.BAD_REQUEST : ErrorClass.SERVER;
  }

  private static boolean isBilling(String code, String type, String text) {
    if (text.contains("free allocated quota exceeded")) {
      return true;
    }
    boolean perMinute = text.contains("per minute") || text.contains("tokens per");
    return switch (code) {
      case "insufficientquota",
          "creditbalanceexhausted",
          "organizationspendlimitexceeded",
          "projectspendlimitexceeded",
          "organizationusagelimitexceeded",
          "arrearage",
          "allocationquotafreetieronly" ->
          !perMinute && !text.contains("allocated quota exceeded");
      default ->
          (type.equals("insufficientquota") && !text.contains("allocated quota exceeded"))
              || type.equals("exceededcurrentquotaerror");
    };
  }

  private static boolean isContent(String code, String type) {
    return switch (code) {
      case "contentfilter", "contentpolicyviolation", "datainspectionfailed" -> true;
      default -> type.equals("contentfilter");
    };
  }

  private static @Nullable JsonNode tree(byte[] body) {
    try {
      JsonNode tree = Json.MAPPER.readTree(body);
      return tree != null && tree.isObject() ? tree : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static @Nullable String text(JsonNode node, String member) {
    JsonNode value = node.get(member);
    return value == null || value.isNull() || value.isContainerNode() ? null : value.asText();
  }

  /**
   * Codes are compared without case, underscores and dots: spelling differs within one provider.
   */
  private static String word(@Nullable String code) {
    return code == null ? "" : code.replaceAll("[_.\\- ]", "").toLowerCase(Locale.ROOT);
  }
}
