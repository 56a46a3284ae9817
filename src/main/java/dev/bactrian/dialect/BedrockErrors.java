package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Errors of Bedrock. See
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html.
 */
final class BedrockErrors {
  private static final Pattern CONTEXT =
      Pattern.compile(
          "too long|too many (?:input )?tokens|context (?:window|length|limit)"
              + "|maximum (?:number of )?(?:input )?tokens|exceeds? the (?:model's )?maximum",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern MODEL =
      Pattern.compile(
          "model identifier is invalid|on-demand throughput|end of its life",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CONTENT =
      Pattern.compile("content filter|Responsible AI|acceptable use", Pattern.CASE_INSENSITIVE);

  private BedrockErrors() {}

  static UpstreamException classify(Dialect.ErrorAnswer answer) {
    JsonNode tree = ErrorText.object(answer.body());
    String name = name(answer.headers().apply("x-amzn-errortype"), tree);
    String message = tree == null ? ErrorText.bare(answer.status(), answer.body()) : message(tree);
    return failure(
        answer.status(),
        name,
        message == null ? ErrorText.unexplained(answer.status()) : message,
        answer.retryAfterMillis());
  }

  /**
   * A failure that came in a stream.
   *
   * @param type the exception's name, which begins with a small letter there
   */
  static UpstreamException inStream(String type, JsonNode payload) {
    String message = message(payload);
    String name = type.isEmpty() ? "" : Character.toUpperCase(type.charAt(0)) + type.substring(1);
    return failure(200, name, message == null ? "The provider's stream broke off." : message, -1);
  }

  /** The exception's name: {@code ThrottlingException} of {@code ThrottlingException:http://..}. */
  private static String name(@Nullable String header, @Nullable JsonNode tree) {
    String named = header;
    for (String member : new String[] {"__type", "code"}) {
      named = named == null && tree != null ? ErrorText.text(tree, member) : named;
    }
    return named == null ? "" : named.replaceAll(":.*", "").replaceAll(".*#", "").strip();
  }

  /** What the service says, or what stands in front of it and spells otherwise. */
  private static @Nullable String message(JsonNode tree) {
    String message = ErrorText.text(tree, "message");
    return message == null ? ErrorText.text(tree, "Message") : message;
  }

  private static UpstreamException failure(int status, String name, String message, long wait) {
    String shown = ErrorText.shown(message);
    boolean plain = name.isEmpty() || name.equals("ValidationException");
    return new UpstreamException(
        kind(status, name, shown), status, shown, plain ? null : name, null, wait);
  }

  private static ErrorClass kind(int status, String name, String message) {
    return switch (name) {
      case "ValidationException" -> byWords(message);
      case "AccessDeniedException",
          "UnrecognizedClientException",
          "ExpiredTokenException",
          "InvalidSignatureException",
          "IncompleteSignatureException",
          "MissingAuthenticationTokenException" ->
          ErrorClass.AUTH;
      case "ResourceNotFoundException" -> ErrorClass.NOT_FOUND;
      case "ModelTimeoutException" -> ErrorClass.TIMEOUT;
      case "ModelErrorException", "ModelStreamErrorException", "InternalServerException" ->
          ErrorClass.SERVER;
      case "ThrottlingException" -> ErrorClass.RATE;
      case "ModelNotReadyException", "ServiceUnavailableException" -> ErrorClass.OVERLOAD;
      case "ServiceQuotaExceededException" -> ErrorClass.BILLING;
      default -> byStatus(status, message);
    };
  }

  private static ErrorClass byStatus(int status, String message) {
    ErrorClass kind = ErrorText.byStatus(status);
    if (kind != null) {
      return kind;
    }
    return status < 400 ? ErrorClass.SERVER : byWords(message);
  }

  private static ErrorClass byWords(String message) {
    if (CONTENT.matcher(message).find()) {
      return ErrorClass.CONTENT;
    }
    if (MODEL.matcher(message).find()) {
      return ErrorClass.NOT_FOUND;
    }
    return CONTEXT.matcher(message).find() ? ErrorClass.CONTEXT : ErrorClass.BAD_REQUEST;
  }
}
