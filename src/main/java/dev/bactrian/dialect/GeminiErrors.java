package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Google's error object, bare or in an array, classified by its status and what its details say.
 * See https://ai.google.dev/gemini-api/docs/troubleshooting.
 */
final class GeminiErrors {
  private static final Pattern DELAY = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)s");

  /** Google's API keys and access tokens. */
  private static final Pattern SECRET = Pattern.compile("AIza[\\w-]{10,}|ya29\\.[\\w.-]{6,}");

  private static final Pattern CONTEXT =
      Pattern.compile(
          "token count.{0,40}exceeds|exceeds the maximum number of tokens|input is too long",
          Pattern.CASE_INSENSITIVE);

  private GeminiErrors() {}

  static UpstreamException classify(Dialect.ErrorAnswer answer) {
    JsonNode error = error(tree(answer.body()));
    if (error == null) {
      return OpenAiErrors.classify(answer.status(), answer.retryAfterMillis(), answer.body());
    }
    return classify(answer.status(), answer.retryAfterMillis(), error);
  }

  /** An error that came with status 200. */
  static UpstreamException inBand(JsonNode answer) {
    JsonNode error = answer.path("error");
    return classify(error.path("code").asInt(500), -1, error);
  }

  private static UpstreamException classify(int status, long retryAfterMillis, JsonNode error) {
    String said = ErrorText.shown(error.path("message").asText(""));
    String message = SECRET.matcher(said).replaceAll("***");
    String word = error.path("status").asText("");
    long wait = retryAfterMillis >= 0 ? retryAfterMillis : retryDelay(error);
    return new UpstreamException(
        kind(status, word, message, error),
        status,
        message.isEmpty() ? "The provider answered with HTTP status " + status + "." : message,
        word.isEmpty() ? null : word,
        null,
        wait);
  }

  private static ErrorClass kind(int status, String word, String message, JsonNode error) {
    return switch (word) {
      case "UNAUTHENTICATED", "PERMISSION_DENIED" -> ErrorClass.AUTH;
      case "NOT_FOUND" -> ErrorClass.NOT_FOUND;
      case "RESOURCE_EXHAUSTED" -> isPerDay(error) ? ErrorClass.BILLING : ErrorClass.RATE;
      case "CANCELLED" -> ErrorClass.ABORT;
      case "INTERNAL", "UNKNOWN" -> ErrorClass.SERVER;
      case "UNAVAILABLE" -> ErrorClass.OVERLOAD;
      case "DEADLINE_EXCEEDED" -> ErrorClass.TIMEOUT;
      default -> byStatus(status, message, error);
    };
  }

  private static ErrorClass byStatus(int status, String message, JsonNode error) {
    return switch (status) {
      case 401, 403 -> ErrorClass.AUTH;
      case 404 -> ErrorClass.NOT_FOUND;
      case 408, 504 -> ErrorClass.TIMEOUT;
      case 429 -> isPerDay(error) ? ErrorClass.BILLING : ErrorClass.RATE;
      case 499 -> ErrorClass.ABORT;
      case 503 -> ErrorClass.OVERLOAD;
      default -> status >= 500 || status < 400 ? ErrorClass.SERVER : refused(message, error);
    };
  }

  /** A wrong key and an account without billing are told with 400, too. */
  private static ErrorClass refused(String message, JsonNode error) {
    String text = message.toLowerCase(Locale.ROOT);
    if (hasReason(error, "API_KEY_INVALID") || text.contains("api key not valid")) {
      return ErrorClass.AUTH;
    }
    if (hasReason(error, "API_KEY_EXPIRED") || text.contains("api key expired")) {
      return ErrorClass.AUTH;
    }
    if (hasReason(error, "BILLING_DISABLED") || text.contains("enable billing")) {
      return ErrorClass.BILLING;
    }
    return CONTEXT.matcher(message).find() ? ErrorClass.CONTEXT : ErrorClass.BAD_REQUEST;
  }

  private static boolean hasReason(JsonNode error, String reason) {
    for (JsonNode detail : error.path("details")) {
      if (detail.path("reason").asText().equals(reason)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a quota of a whole day is used up: waiting does not help. */
  private static boolean isPerDay(JsonNode error) {
    for (JsonNode detail : error.path("details")) {
      for (JsonNode violation : detail.path("violations")) {
        String quota =
            violation.path("quotaId").asText() + " " + violation.path("quotaMetric").asText();
        String words = quota.toLowerCase(Locale.ROOT).replace("_", "");
        if (words.contains("perday")) {
          return true;
        }
      }
    }
    return false;
  }

  /** Google has no {@code retry-after} header, but a detail of the error, such as {@code "34s"}. */
  private static long retryDelay(JsonNode error) {
    for (JsonNode detail : error.path("details")) {
      Matcher delay = DELAY.matcher(detail.path("retryDelay").asText());
      if (delay.matches()) {
        return (long) (1000 * Double.parseDouble(delay.group(1)));
      }
    }
    return -1;
  }

  private static @Nullable JsonNode error(@Nullable JsonNode tree) {
    JsonNode first = tree != null && tree.isArray() ? tree.path(0) : tree;
    JsonNode error = first == null ? null : first.get("error");
    return error != null && error.isObject() ? error : null;
  }

  private static @Nullable JsonNode tree(byte[] body) {
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      return null;
    }
  }
}
