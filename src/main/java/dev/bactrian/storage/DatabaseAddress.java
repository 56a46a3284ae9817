package dev.bactrian.storage;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and who may enter. The secret stands beside the address, never in it, so that
 * no driver's message can show it.
 *
 * @param jdbcUrl the address for JDBC
 * @param user who enters, null for whom the driver takes
 * @param password their secret, null for none
 */
record DatabaseAddress(String jdbcUrl, @Nullable String user, @Nullable String password) {
  private static final String POSTGRESQL = "jdbc:postgresql:";

  /** The embedded database of a data folder. */
  static DatabaseAddress embedded(Path file) {
    // Every commit is in the file when it returns, for a process may be killed at any time.
    return new DatabaseAddress(
        "jdbc:h2:file:"
            + file.toAbsolutePath()
            + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH"
            + ";WRITE_DELAY=0;CACHE_SIZE=8192;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0",
        "bactrian",
        "");
  }

  /**
   * Reads {@code postgres://user:password@host:port/database?options}, or the same as JDBC has it.
   *
   * @throws IllegalArgumentException when it is neither; the message does not repeat it
   */
  static DatabaseAddress parse(String url) {
    String text = url.strip();
    if (text.startsWith("jdbc:")) {
      text = text.substring("jdbc:".length());
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw unreadable();
    }
    String scheme = uri.getScheme();
    boolean known = "postgres".equals(scheme) || "postgresql".equals(scheme);
    if (!known || uri.getRawAuthority() == null || uri.getRawPath().length() < 2) {
      throw unreadable();
    }
    return read(uri.getRawAuthority(), uri.getRawPath(), uri.getRawQuery());
  }

  private static DatabaseAddress read(String authority, String path, @Nullable String query) {
    int at = authority.lastIndexOf('@');
    String user = null;
    String password = null;
    if (at >= 0) {
      String who = authority.substring(0, at);
      int colon = who.indexOf(':');
      user = decode(colon < 0 ? who : who.substring(0, colon));
      password = colon < 0 ? null : decode(who.substring(colon + 1));
    }
    StringBuilder options = new StringBuilder();
    for (String option : query == null ? new String[0] : query.split("&")) {
      if (option.startsWith("user=")) {
        user = decode(option.substring("user=".length()));
      } else if (option.startsWith("password=")) {
        password = decode(option.substring("password=".length()));
      } else if (!option.isEmpty()) {
        options.append(options.isEmpty() ? '?' : '&').append(option);
      }
    }
    return new DatabaseAddress(
        POSTGRESQL + "//" + authority.substring(at + 1) + path + options, user, password);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw unreadable();
    }
  }

  private static IllegalArgumentException unreadable() {
    return new IllegalArgumentException(
        "BACTRIAN_DATABASE_URL is not of the form postgres://USER:PASSWORD@HOST:PORT/DATABASE,"
            + " with special characters of user and password percent-encoded.");
  }

  /** Whether it is the embedded one. */
  boolean isEmbedded() {
    return !jdbcUrl.startsWith(POSTGRESQL);
  }

  @Override
  public String toString() {
    return isEmbedded() ? "embedded database" : "PostgreSQL at " + host();
  }

  private String host() {
    int from = POSTGRESQL.length() + 2;
    return jdbcUrl.substring(from, jdbcUrl.indexOf('/', from));
  }
}
