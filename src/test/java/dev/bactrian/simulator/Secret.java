package dev.bactrian.simulator;

/**
 * The secrets of the stand-ins. They end in characters that mean something to Camel, in addresses,
 * in JSON, in HTTP or in a shell, so that every test shows that a secret arrives as it is.
 */
public final class Secret {
  private static final String ODD = "a\"b\\n\\\\${x}{{y}}#{z})&%41+=,; '<>|#bean:w";

  private static boolean plain;

  private Secret() {}

  /** A secret that begins like this. */
  public static String of(String beginning) {
    return plain ? beginning : beginning + ODD;
  }

  /** Secrets that can be read and copied, for the program; before any stand-in is made. */
  static void keepPlain() {
    plain = true;
  }
}
