package dev.bactrian.error;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as the client sees it: HTTP status, headers and the members of OpenAI's error object.
 */
public final class ApiException extends RuntimeException {
  private final int status;
  private final String type;
  private final @Nullable String code;
  private final @Nullable String param;
  private final Map<String, String> headers = new LinkedHashMap<>();

  /**
   * @param status HTTP status
   * @param type {@code error.type}
   * @param code {@code error.code}
   * @param param {@code error.param}, the member that is wrong
   * @param message {@code error.message}
   */
  public ApiException(
      int status, String type, @Nullable String code, @Nullable String param, String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
  }

  /** A 400 for a member of the body. */
  public static ApiException badRequest(
      @Nullable String code, @Nullable String param, String message) {
    return new ApiException(400, "invalid_request_error", code, param, message);
  }

  /** A 404 for a path that nothing serves. */
  public static ApiException unknownUrl(String method, String path) {
    return new ApiException(
        404,
        "invalid_request_error",
        "unknown_url",
        null,
        "Unknown request URL: " + method + " " + path + ". The base URL ends in /v1.");
  }

  /** A 404 for something that could be asked for, had the operator not left its routes out. */
  public static ApiException leftOut(String name) {
    return new ApiException(
        404,
        "invalid_request_error",
        "unknown_url",
        null,
        "This gateway does not offer '" + name + "': its routes are left out.");
  }

  /** What the client sees when a provider's failure is the end of the call. */
  public static ApiException of(UpstreamException failure) {
    ErrorClass kind = failure.errorClass();
    boolean clientsOwn = kind == ErrorClass.BAD_REQUEST;
    int status = clientsOwn && isClientError(failure.status()) ? failure.status() : kind.status();
    String code = clientsOwn && failure.code() != null ? failure.code() : kind.code();
    ApiException error =
        new ApiException(status, kind.type(), code, failure.param(), message(failure));
    if (failure.retryAfterMillis() >= 0) {
      error.retryAfter(failure.retryAfterMillis());
    } else if (status >= 408 && status != 413 && status != 422) {
      error.header("x-should-retry", "false");
    }
    return error;
  }

  /** A provider's word on a key is on the gateway's, and clients have one of their own. */
  private static String message(UpstreamException failure) {
    return failure.errorClass() == ErrorClass.AUTH && failure.status() != 0
        ? "The provider refused the gateway's key: " + failure.reason()
        : failure.reason();
  }

  private static boolean isClientError(int status) {
    return status == 400 || status == 409 || status == 413 || status == 415 || status == 422;
  }

  /** Adds a response header. */
  public ApiException header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** Tells the client when to come back. */
  public ApiException retryAfter(long millis) {
    header("retry-after", Long.toString(Math.max(1, (millis + 999) / 1000)));
    return header("retry-after-ms", Long.toString(Math.max(1, millis)));
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** {@code error.type}. */
  public String type() {
    return type;
  }

  /** {@code error.code}. */
  public @Nullable String code() {
    return code;
  }

  /** {@code error.param}. */
  public @Nullable String param() {
    return param;
  }

  /** {@code error.message}. */
  public String reason() {
    String message = getMessage();
    return message == null ? type : message;
  }

  /** Response headers beside the usual ones. */
  public Map<String, String> headers() {
    return headers;
  }
}
