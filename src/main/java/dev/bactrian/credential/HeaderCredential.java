package dev.bactrian.credential;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A header that is always the same, such as {@code Authorization: Bearer {apiKey}}. Of several,
 * separated by {@code |}, the first one is sent whose property is set; where none is set, none is
 * sent. A parameter of the query, {@code GroupId={groupId}}, is added likewise.
 */
final class HeaderCredential implements Credential {
  private static final Pattern FIELD =
      Pattern.compile("\\s*([\\w-]+)(?:: *|=)([^{}]*)\\{([\\w.-]+)}\\s*");

  private final @Nullable Field header;
  private final @Nullable Field query;

  /** A name, and what is sent under it. */
  private record Field(String name, String value) {}

  /**
   * A credential.
   *
   * @param headers empty for none
   * @param query empty for none
   * @throws IllegalArgumentException when one of the two does not have the form above
   */
  HeaderCredential(String headers, String query, Settings settings) {
    this.header = first(headers, settings);
    this.query = first(query, settings);
  }

  /** The properties that such texts name. */
  static List<String> properties(String headers, String query) {
    return List.of(headers, query).stream()
        .flatMap(fields -> parsed(fields).stream())
        .map(field -> field.group(3))
        .toList();
  }

  private static @Nullable Field first(String fields, Settings settings) {
    for (Matcher field : parsed(fields)) {
      String value = settings.secret(field.group(3));
      if (!value.isEmpty()) {
        return new Field(field.group(1), field.group(2) + value);
      }
    }
    return null;
  }

  private static List<Matcher> parsed(String fields) {
    if (fields.isBlank()) {
      return List.of();
    }
    List<Matcher> parsed = Arrays.stream(fields.split("\\|")).map(FIELD::matcher).toList();
    if (!parsed.stream().allMatch(Matcher::matches)) {
      throw new IllegalArgumentException(
          "'" + fields + "' does not have the form 'Name: text {property}'.");
    }
    return parsed;
  }

  @Override
  public @Nullable String sign(Outbound request) {
    if (header != null) {
      request.header(header.name(), header.value());
    }
    if (query != null) {
      request.secretQuery(query.name(), URLEncoder.encode(query.value(), StandardCharsets.UTF_8));
    }
    return null;
  }
}
