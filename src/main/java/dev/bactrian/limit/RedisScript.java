package dev.bactrian.limit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** What Redis does for us in one go; each is a file that says what it takes and gives. */
enum RedisScript {
  /** Takes what a call needs. */
  RESERVE,
  /** Ends what a call has taken. */
  SETTLE,
  /** Says that a node lives. */
  BEAT,
  /** Gives up a name of a node. */
  LEAVE,
  /** Says what was spent before. */
  SEED,
  /** Sets what was spent to what the database says. */
  MEND;

  private final String text;
  private final String sha1;

  RedisScript() {
    String file = "/lua/" + name().toLowerCase(Locale.ROOT) + ".lua";
    try (InputStream in = RedisScript.class.getResourceAsStream(file)) {
      byte[] bytes = Objects.requireNonNull(in, file).readAllBytes();
      text = new String(bytes, StandardCharsets.UTF_8);
      sha1 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its source. */
  String text() {
    return text;
  }

  /** Its name in Redis. */
  String sha1() {
    return sha1;
  }
}
