package dev.bactrian.error;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes credentials out of what a provider says before anybody reads it: as they are, and as they
 * look in an address, in JSON, in HTML, and in Base64.
 */
public final class Redaction {
  private static final String SHOWN = "***";

  /** A shorter one is only taken out where it stands by itself, so that no other word is hurt. */
  private static final int SURE = 8;

  private final @Nullable Pattern secrets;

  /**
   * Takes these out.
   *
   * @param secrets blank ones are passed over
   */
  public Redaction(Collection<String> secrets) {
    String all =
        secrets.stream()
            .filter(secret -> !secret.isBlank())
            .flatMap(Redaction::spellings)
            .distinct()
            .sorted(Comparator.comparing(String::length).reversed())
            .map(Redaction::pattern)
            .collect(Collectors.joining("|"));
    this.secrets = all.isEmpty() ? null : Pattern.compile(all);
  }

  private static Stream<String> spellings(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    String form = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    return List.of(
        secret,
        form,
        form.replace("+", "%20"),
        new String(JsonStringEncoder.getInstance().quoteAsString(secret)),
        secret.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;"),
        Base64.getEncoder().withoutPadding().encodeToString(bytes),
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))
        .stream();
  }

  private static String pattern(String secret) {
    String quoted = Pattern.quote(secret);
    return secret.length() < SURE ? "(?<!\\w)" + quoted + "(?!\\w)" : quoted;
  }

  /** A text without them. */
  public String of(String text) {
    return secrets == null
        ? text
        : secrets.matcher(text).replaceAll(Matcher.quoteReplacement(SHOWN));
  }

  /** A failure without them. */
  public UpstreamException of(UpstreamException failure) {
    String reason = of(failure.reason());
    String code = failure.code() == null ? null : of(failure.code());
    String param = failure.param() == null ? null : of(failure.param());
    return new UpstreamException(
        failure.errorClass(), failure.status(), reason, code, param, failure.retryAfterMillis());
  }
}
