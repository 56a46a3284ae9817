package dev.bactrian.error;

/**
 * Why a provider did not answer, as far as routing cares: what may be tried again, what elsewhere,
 * what counts against the provider, and what the client is told.
 */
public enum ErrorClass {
  /** The provider refused the gateway's credentials. The client's own key was fine. */
  AUTH(502, "server_error", "upstream_auth", false, true, true),
  /** The gateway's account at the provider is out of money or quota. */
  BILLING(502, "server_error", "upstream_quota", false, true, true),
  /** The provider's rate limit. */
  RATE(429, "rate_limit_error", "rate_limit_exceeded", true, true, false),
  /** All of the provider's keys are in use or resting: the provider was not called. */
  BUSY(429, "rate_limit_error", "rate_limit_exceeded", false, true, false),
  /** The provider has no capacity now. */
  OVERLOAD(503, "service_unavailable_error", "server_is_overloaded", true, true, true),
  /** The provider answered 408 or 504, or no connection could be made in time. */
  TIMEOUT(504, "server_error", "upstream_timeout", true, true, true),
  /** The provider took the request and stayed silent beyond the limit. */
  SILENCE(504, "server_error", "upstream_timeout", false, true, true),
  /** The provider failed, closed the connection or sent what cannot be read. */
  SERVER(502, "server_error", "upstream_error", true, true, true),
  /** The breaker is open: the provider was not called. */
  UNAVAILABLE(503, "service_unavailable_error", "provider_unavailable", false, true, false),
  /** The request itself was refused. */
  BAD_REQUEST(400, "invalid_request_error", "invalid_request", false, false, false),
  /** The prompt is longer than the model's window. */
  CONTEXT(400, "invalid_request_error", "context_length_exceeded", false, false, false),
  /** The provider's moderation refused the prompt or the answer. */
  CONTENT(400, "invalid_request_error", "content_filter", false, false, false),
  /** The provider does not know the model. */
  NOT_FOUND(404, "invalid_request_error", "model_not_found", false, true, false),
  /** The client went away. */
  ABORT(499, "server_error", "client_closed_request", false, false, false);

  private final int status;
  private final String type;
  private final String code;
  private final boolean retriedOnSameTarget;
  private final boolean triedElsewhere;
  private final boolean chargedToBreaker;

  ErrorClass(
      int status,
      String type,
      String code,
      boolean retriedOnSameTarget,
      boolean triedElsewhere,
      boolean chargedToBreaker) {
    this.status = status;
    this.type = type;
    this.code = code;
    this.retriedOnSameTarget = retriedOnSameTarget;
    this.triedElsewhere = triedElsewhere;
    this.chargedToBreaker = chargedToBreaker;
  }

  /** The HTTP status that the client sees when no other target answers. */
  public int status() {
    return status;
  }

  /** The {@code error.type} that the client sees. */
  public String type() {
    return type;
  }

  /** The {@code error.code} that the client sees. */
  public String code() {
    return code;
  }

  /** Whether one more try at the same target can help. */
  public boolean retriedOnSameTarget() {
    return retriedOnSameTarget;
  }

  /** Whether another target may answer instead. */
  public boolean triedElsewhere() {
    return triedElsewhere;
  }

  /** Whether the provider's breaker counts it as a failure. */
  public boolean chargedToBreaker() {
    return chargedToBreaker;
  }
}
