package dev.bactrian.error;

import org.jspecify.annotations.Nullable;

/**
 * A provider's failure: what kind it is and what the provider said. It carries no stack trace,
 * since it is an expected outcome and may happen thousands of times a second.
 */
public final class UpstreamException extends RuntimeException {
  private final ErrorClass errorClass;
  private final int status;
  private final @Nullable String code;
  private final @Nullable String param;
  private final long retryAfterMillis;

  /**
   * @param errorClass what kind of failure it is
   * @param status the provider's HTTP status, 0 where there was none
   * @param message what went wrong, safe to show to a client
   * @param code the provider's own code, if it gave one
   * @param param the member of the request that the provider named, if it did
   * @param retryAfterMillis how long the provider asked to wait, -1 where it did not
   */
  public UpstreamException(
      ErrorClass errorClass,
      int status,
      String message,
      @Nullable String code,
      @Nullable String param,
      long retryAfterMillis) {
    super(message, null, false, false);
    this.errorClass = errorClass;
    this.status = status;
    this.code = code;
    this.param = param;
    this.retryAfterMillis = retryAfterMillis;
  }

  /** A failure that the gateway itself noticed, such as a time-out. */
  public static UpstreamException noticed(ErrorClass errorClass, String message) {
    return new UpstreamException(errorClass, 0, message, null, null, -1);
  }

  /** The same failure as another class of failures. */
  public UpstreamException as(ErrorClass other) {
    return new UpstreamException(other, status, reason(), code, param, retryAfterMillis);
  }

  /** The failure's class. */
  public ErrorClass errorClass() {
    return errorClass;
  }

  /** What went wrong, never null. */
  public String reason() {
    String message = getMessage();
    return message == null ? errorClass.code() : message;
  }

  /** The provider's HTTP status, 0 where there was none. */
  public int status() {
    return status;
  }

  /** The provider's own code, if it gave one. */
  public @Nullable String code() {
    return code;
  }

  /** The member of the request that the provider named, if it did. */
  public @Nullable String param() {
    return param;
  }

  /** How many milliseconds the provider asked to wait, -1 where it did not. */
  public long retryAfterMillis() {
    return retryAfterMillis;
  }
}
