package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Error bodies of OpenAI-like providers: {@code {"error":{..}}}, flat ones, bare text. */
final class OpenAiErrors {
  private static final Pattern CONTEXT =
      Pattern.compile(
          "context.?length|maximum context|max message tokens|maximum prompt length|context window|range of input length|prompt is too long"
              + "|input token length too long|exceeded model token limit|too many tokens"
              + "|reduce the length of the messages",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern UNKNOWN_MODEL =
      Pattern.compile("\\bmodel\\b.{0,80}\\b(not exist|not found)", Pattern.CASE_INSENSITIVE);
  private static final Pattern BRACKETED_CODE = Pattern.compile("\\((\\d{3,6})\\)$");

  /** Where providers put their words, the usual place first. */
  private static final List<String> MESSAGES =
      List.of(
          "/error/message",
          "/error",
          "/error/detail",
          "/message",
          "/x_groq/error",
          "/x_groq/error/message",
          "/base_resp/status_msg",
          "/error_msg",
          "/msg",
          "/status/message",
          "/detail",
          "/detail/0/msg");

  /** Where providers put their codes. */
  private static final List<String> CODES =
      List.of(
          "/error/code",
          "/code",
          "/error_code",
          "/base_resp/status_code",
          "/status/code",
          "/error/metadata/limit_source");

  private OpenAiErrors() {}

  /** Classifies an error answer by what most providers mean. */
  static UpstreamException classify(int status, long retryAfterMillis, byte[] body) {
    return classify(ErrorCodes.NONE, status, retryAfterMillis, body);
  }

  /**
   * Classifies an error answer.
   *
   * @param own what the provider's own codes mean; they go before what most providers mean
   */
  static UpstreamException classify(
      ErrorCodes own, int status, long retryAfterMillis, byte[] body) {
    JsonNode tree = ErrorText.object(body);
    String message =
        ErrorText.shown(tree == null ? ErrorText.bare(status, body) : message(tree, status));
    JsonNode error = tree == null ? MissingNode.getInstance() : tree.path("error");
    List<String> codes = tree == null ? List.of() : codes(tree);
    String code = codes.isEmpty() ? null : codes.get(0);
    String type = ErrorText.text(error.isObject() || tree == null ? error : tree, "type");
    List<String> words = new ArrayList<>(codes);
    if (type != null) {
      words.add(type);
    }
    Matcher bracketed = BRACKETED_CODE.matcher(message);
    if (bracketed.find()) {
      words.add(bracketed.group(1));
    }
    if (error.at("/metadata/flagged_input").isTextual()) {
      words.add("flagged_input");
    }
    ErrorClass meant = own.find(words);
    if (meant == null) {
      meant = kind(status, message, ErrorCodes.word(code), ErrorCodes.word(type));
    } else if (meant == ErrorClass.BAD_REQUEST && CONTEXT.matcher(message).find()) {
      meant = ErrorClass.CONTEXT;
    }
    String param = param(tree, error);
    return new UpstreamException(meant, status, message, code, param, retryAfterMillis);
  }

  /** The member that is named, as a name or as the path to it. */
  private static @Nullable String param(@Nullable JsonNode tree, JsonNode error) {
    List<String> path = new ArrayList<>();
    if (tree != null) {
      tree.at("/detail/0/loc").forEach(step -> path.add(step.asText()));
    }
    return path.isEmpty()
        ? ErrorText.text(error, "param")
        : String.join(".", path.subList(path.get(0).equals("body") ? 1 : 0, path.size()));
  }

  /** An error that came inside an answer of status 200. */
  static UpstreamException inBand(ErrorCodes own, byte[] json) {
    JsonNode tree = ErrorText.object(json);
    int status = 200;
    if (tree != null) {
      for (JsonNode told : List.of(tree.at("/error/http_code"), tree.at("/error/code"))) {
        status = told.asInt(0) >= 400 && told.asInt(0) < 600 ? told.asInt() : status;
      }
    }
    return classify(own, status, -1, json);
  }

  private static String message(JsonNode tree, int status) {
    for (String place : MESSAGES) {
      JsonNode message = tree.at(place);
      if (message.isTextual() && !message.asText().isBlank()) {
        return message.asText();
      }
    }
    return ErrorText.unexplained(status);
  }

  private static List<String> codes(JsonNode tree) {
    List<String> codes = new ArrayList<>(2);
    for (String place : CODES) {
      JsonNode code = tree.at(place);
      if (code.isValueNode() && !code.isNull() && !code.asText().isEmpty()) {
        codes.add(code.asText());
      }
    }
    return codes;
  }

  private static ErrorClass kind(int status, String message, String code, String type) {
    String text = message.toLowerCase(Locale.ROOT);
    if (isBilling(code, type, text)) {
      return ErrorClass.BILLING;
    }
    if (status < 500
        && (isContent(code, type)
            || text.contains("content exists risk")
            || text.contains("content violates usage guidelines"))) {
      return ErrorClass.CONTENT;
    }
    if (status == 429 && type.equals("engineoverloadederror")) {
      return ErrorClass.OVERLOAD;
    }
    ErrorClass byStatus = ErrorText.byStatus(status);
    return byStatus == null ? byWords(status, text, code, type) : byStatus;
  }

  private static ErrorClass byWords(int status, String text, String code, String type) {
    if (code.equals("contextlengthexceeded") || CONTEXT.matcher(text).find()) {
      return ErrorClass.CONTEXT;
    }
    if (code.equals("modelnotfound") || UNKNOWN_MODEL.matcher(text).find()) {
      return ErrorClass.NOT_FOUND;
    }
    if (code.equals("invalidapikey")
        || text.startsWith("incorrect api key")
        || type.equals("authenticationerror")) {
      return ErrorClass.AUTH;
    }
    if (status >= 400) {
      return ErrorClass.BAD_REQUEST;
    }
    if (text.contains("rate limit") || code.contains("ratelimit") || type.contains("ratelimit")) {
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
}
