package dev.bactrian.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Errors of Anthropic's API. See https://docs.anthropic.com/en/api/errors. */
final class AnthropicErrors {
  private static final List<String> LIMITS =
      List.of("requests", "tokens", "input-tokens", "output-tokens");
  private static final Pattern CONTEXT =
      Pattern.compile(
          "prompt is too long|context (?:window|limit)|exceeds? the maximum number of tokens",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern BILLING =
      Pattern.compile(
          "credit balance is too low|(?:spend|spending|usage) limits?|monthly limit",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CONTENT =
      Pattern.compile("content filtering policy|usage policy", Pattern.CASE_INSENSITIVE);

  /** The member that a message begins with: {@code messages.0.content.1.text: ...}. */
  private static final Pattern PARAM = Pattern.compile("([a-z_]+(?:\\.\\w+)*): \\S.*");

  private AnthropicErrors() {}

  static UpstreamException classify(Dialect.ErrorAnswer answer) {
    JsonNode tree = ErrorText.object(answer.body());
    long wait =
        answer.retryAfterMillis() >= 0 ? answer.retryAfterMillis() : untilReset(answer.headers());
    if (tree == null) {
      String text = ErrorText.bare(answer.status(), answer.body());
      return failure(answer.status(), "", text, answer.headers(), wait);
    }
    return failure(answer.status(), tree, answer.headers(), wait);
  }

  /** An error object that came with status 200, whole or in a stream. */
  static UpstreamException inBand(JsonNode tree) {
    return failure(200, tree, name -> null, -1);
  }

  private static UpstreamException failure(
      int status, JsonNode tree, UnaryOperator<@Nullable String> headers, long wait) {
    JsonNode error = tree.path("error").isObject() ? tree.path("error") : tree;
    String type = ErrorText.text(error, "type");
    String message = ErrorText.text(error, "message");
    return failure(
        status,
        type == null ? "" : type,
        message == null ? ErrorText.unexplained(status) : message,
        headers,
        wait);
  }

  private static UpstreamException failure(
      int status, String type, String message, UnaryOperator<@Nullable String> headers, long wait) {
    String shown = ErrorText.shown(message);
    ErrorClass kind = kind(status, type, shown);
    if (kind == ErrorClass.RATE && wait < 0 && "false".equals(headers.apply("x-should-retry"))) {
      kind = ErrorClass.BILLING;
    }
    boolean plain = type.isEmpty() || type.equals("invalid_request_error");
    Matcher param = PARAM.matcher(shown);
    boolean named = kind == ErrorClass.BAD_REQUEST && param.matches();
    return new UpstreamException(
        kind, status, shown, plain ? null : type, named ? param.group(1) : null, wait);
  }

  private static ErrorClass kind(int status, String type, String message) {
    if (status == 529) {
      return ErrorClass.OVERLOAD;
    }
    return switch (type) {
      case "invalid_request_error" -> byWords(Math.max(status, 400), message);
      case "authentication_error", "permission_error" -> ErrorClass.AUTH;
      case "billing_error" -> ErrorClass.BILLING;
      case "not_found_error" -> ErrorClass.NOT_FOUND;
      case "request_too_large" -> ErrorClass.BAD_REQUEST;
      case "rate_limit_error" ->
          BILLING.matcher(message).find() ? ErrorClass.BILLING : ErrorClass.RATE;
      case "api_error" -> ErrorClass.SERVER;
      case "timeout_error" -> ErrorClass.TIMEOUT;
      case "overloaded_error" -> ErrorClass.OVERLOAD;
      default -> byWords(status, message);
    };
  }

  private static ErrorClass byWords(int status, String message) {
    ErrorClass byStatus = ErrorText.byStatus(status);
    if (byStatus != null) {
      return byStatus;
    }
    if (BILLING.matcher(message).find()) {
      return ErrorClass.BILLING;
    }
    if (CONTEXT.matcher(message).find()) {
      return ErrorClass.CONTEXT;
    }
    if (CONTENT.matcher(message).find()) {
      return ErrorClass.CONTENT;
    }
    return status >= 400 ? ErrorClass.BAD_REQUEST : ErrorClass.SERVER;
  }

  /** Milliseconds until the last of the limits that are used up is reset, -1 where none is. */
  private static long untilReset(UnaryOperator<@Nullable String> headers) {
    long wait = -1;
    for (String limit : LIMITS) {
      String prefix = "anthropic-ratelimit-" + limit;
      String reset = headers.apply(prefix + "-reset");
      if (reset != null && "0".equals(headers.apply(prefix + "-remaining"))) {
        try {
          Duration left = Duration.between(Instant.now(), Instant.parse(reset));
          wait = Math.max(wait, Math.max(0, left.toMillis()));
        } catch (DateTimeException e) {
          // A time in another form tells nothing; the failure is the same without it.
          continue;
        }
      }
    }
    return wait;
  }
}
