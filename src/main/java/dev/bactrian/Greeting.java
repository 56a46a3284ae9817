package dev.bactrian;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** What is printed when the gateway is ready: where it is, with which key, and how to try it. */
final class Greeting {
  private Greeting() {}

  /**
   * Prints it.
   *
   * @param first a key that was made just now, null when there are keys
   */
  static void print(boolean given, @Nullable String first, int port) {
    String key = "$BACTRIAN_KEY";
    String about = "the one in BACTRIAN_KEY";
    if (first != null) {
      key = first;
      about = key + "   (shown only now; only its hash is kept)";
    } else if (!given) {
      key = "YOUR-KEY";
      about = "the one shown at the first start, or one made by ./bactrian keys create";
    }
    PrintStream out = System.out;
    out.println();
    out.println("Bactrian is ready.");
    out.println("  Base URL    http://localhost:" + port + "/v1");
    out.println("  Client key  " + about);
    out.println("  Try it      curl http://localhost:" + port + "/v1/chat/completions \\");
    out.println("                -H \"Authorization: Bearer " + key + "\" \\");
    out.println("                -H \"Content-Type: application/json\" \\");
    out.println(
        "                -d '{\"model\": \"demo/chat\", \"stream\": true,"
            + " \"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}]}'");
    out.println();
    out.flush();
  }
}
