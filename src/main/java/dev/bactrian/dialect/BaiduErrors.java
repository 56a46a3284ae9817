package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Errors of version 1 of Baidu's API: {@code {"error_code":110,"error_msg":".."}} with status 200.
 */
final class BaiduErrors {
  private BaiduErrors() {}

  /** Whether an answer or an event is an error. */
  static boolean isError(JsonNode answer) {
    return answer.hasNonNull("error_code") || answer.hasNonNull("error");
  }

  /** An answer that is an error by its status. */
  static UpstreamException classify(int status, long retryAfterMillis, byte[] body) {
    try {
      JsonNode answer = Json.MAPPER.readTree(body);
      if (answer != null && answer.hasNonNull("error_code")) {
        return of(status, retryAfterMillis, answer);
      }
    } catch (IOException e) {
      // Not JSON: what it is the next line finds out.
    }
    return OpenAiErrors.classify(status, retryAfterMillis, body);
  }

  /** An error object. */
  static UpstreamException of(int status, long retryAfterMillis, JsonNode answer) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    if (answer.hasNonNull("error_code")) {
      body.putObject("error")
          .put("message", answer.path("error_msg").asText())
          .put("code", answer.path("error_code").asText());
    } else {
      body.set("error", answer.path("error"));
    }
    UpstreamException plain =
        OpenAiErrors.classify(
            status, retryAfterMillis, body.toString().getBytes(StandardCharsets.UTF_8));
    ErrorClass kind = byCode(plain.code());
    return kind == null ? plain : plain.as(kind);
  }

  private static @Nullable ErrorClass byCode(@Nullable String code) {
    return switch (code == null ? "" : code) {
      case "1", "2", "336000", "336100" -> ErrorClass.SERVER;
      case "4", "18", "336501", "336502", "336503", "336504", "336505" -> ErrorClass.RATE;
      case "17", "19" -> ErrorClass.BILLING;
      case "3", "336002", "336003" -> ErrorClass.BAD_REQUEST;
      case "336007", "336103" -> ErrorClass.CONTEXT;
      case "6", "13", "14", "15", "100", "110", "111" -> ErrorClass.AUTH;
      case "336104", "336105" -> ErrorClass.CONTENT;
      default -> null;
    };
  }
}
