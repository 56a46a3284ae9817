package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** SenseNova's errors, {@code {"error":{"code":7,"message":".."}}}: the codes are gRPC's. */
final class SensenovaErrors {
  private SensenovaErrors() {}

  /** An error answer, or one that came with status 200. */
  static UpstreamException classify(int status, long retryAfterMillis, byte[] body) {
    UpstreamException plain = OpenAiErrors.classify(status, retryAfterMillis, body);
    ErrorClass kind = byCode(plain.code());
    return kind == null || plain.errorClass() == ErrorClass.CONTEXT ? plain : plain.as(kind);
  }

  /** An error object inside a stream. */
  static UpstreamException inBand(JsonNode error) {
    String body = Json.MAPPER.createObjectNode().set("error", error).toString();
    return classify(200, -1, body.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable ErrorClass byCode(@Nullable String code) {
    return switch (code == null ? "" : code) {
      case "3" -> ErrorClass.BAD_REQUEST;
      case "5" -> ErrorClass.NOT_FOUND;
      case "7", "16" -> ErrorClass.AUTH;
      case "8" -> ErrorClass.RATE;
      case "13" -> ErrorClass.SERVER;
      case "14" -> ErrorClass.OVERLOAD;
      case "17", "18" -> ErrorClass.CONTENT;
      default -> null;
    };
  }
}
