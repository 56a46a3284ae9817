package dev.bactrian.simulator;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The ways in which a provider fails when the prompt says {@code fail:rate} and the like. */
public enum Failure {
  /** The credentials are refused. */
  AUTH(502, "upstream_auth"),
  /** The account is out of money. */
  BILLING(502, "upstream_quota"),
  /** Too many requests or tokens. */
  RATE(429, "rate_limit_exceeded"),
  /** No capacity. */
  OVERLOAD(503, "server_is_overloaded"),
  /** The provider fails. */
  SERVER(502, "upstream_error"),
  /** The prompt is too long for the model. */
  CONTEXT(400, "context_length_exceeded"),
  /** Moderation refuses the prompt. */
  CONTENT(400, "content_filter"),
  /** The model is unknown. */
  MODEL(404, "model_not_found"),
  /** The connection closes in the middle of the stream. */
  CUT(502, "upstream_error"),
  /** The stream tells of an error after it has begun, in the provider's form. */
  STREAM(0, "");

  private static final Pattern DIRECTIVE = Pattern.compile("fail:([a-z]+)");

  private final int status;
  private final String code;

  Failure(int status, String code) {
    this.status = status;
    this.code = code;
  }

  /** What a prompt asks for, null if it asks for no failure. */
  public static @Nullable Failure in(String prompt) {
    Matcher directive = DIRECTIVE.matcher(prompt);
    return directive.find() ? valueOf(directive.group(1).toUpperCase(Locale.ROOT)) : null;
  }

  /** The word in a prompt. */
  public String directive() {
    return "fail:" + name().toLowerCase(Locale.ROOT);
  }

  /** The HTTP status that the gateway's client gets for it. */
  public int status() {
    return status;
  }

  /** The {@code error.code} that the gateway's client gets for it. */
  public String code() {
    return code;
  }
}
