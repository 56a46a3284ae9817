package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Error bodies of OpenAI-like providers: {@code {"error":{..}}}, flat ones, bare text. */
final class OpenAiErrors {
  private static final Pattern CONTEXT =
      Pattern.compile(
          "context.?length|maximum context|context window|range of input length|prompt is too long"
              + "|input token length too long|exceeded model token limit|too many tokens"
              + "|reduce the length of the messages",
          Pattern.CASE_INSENSITIVE);

  private OpenAiErrors() {}

  static UpstreamException classify(int status, long retryAfterMillis, byte[] body) {
    JsonNode tree = ErrorText.object(body);
    if (tree == null) {
      return failure(status, ErrorText.bare(status, body), null, null, null, retryAfterMillis);
    }
    JsonNode error = tree.hasNonNull("error") ? tree.get("error") : tree;
    if (error.isTextual()) {
      return failure(
          status,
          error.asText(),
          ErrorText.text(tree, "code"),
          ErrorText.text(tree, "type"),
          null,
          retryAfterMillis);
    }
    String message = ErrorText.text(error, "message");
    if (message == null) {
      message = ErrorText.text(error, "detail");
    }
    return failure(
        status,
        message == null ? ErrorText.unexplained(status) : message,
        ErrorText.text(error, "code"),
        ErrorText.text(error, "type"),
        ErrorText.text(error, "param"),
        retryAfterMillis);
  }

  /** An error object that came inside an answer of status 200. */
  static UpstreamException inBand(byte[] json) {
    JsonNode tree = ErrorText.object(json);
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
    String shown = ErrorText.shown(message);
    return new UpstreamException(
        kind(status, shown, word(code), word(type)), status, shown, code, param, retryAfterMillis);
  }

  private static ErrorClass kind(int status, String message, String code, String type) {
    String text = message.toLowerCase(Locale.ROOT);
    if (isBilling(code, type, text)) {
      return ErrorClass.BILLING;
    }
    if (status < 500 && isContent(code, type)) {
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

  /**
   * Codes are compared without case, underscores and dots: spelling differs within one provider.
   */
  private static String word(@Nullable String code) {
    return code == null ? "" : code.replaceAll("[_.\\- ]", "").toLowerCase(Locale.ROOT);
  }
}
