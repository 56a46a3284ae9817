package dev.bactrian;

import dev.bactrian.key.KeyStore;
import java.io.PrintStream;

/** What is printed when the gateway is ready: where it is, with which key, and how to try it. */
final class Greeting {
  private Greeting() {}

  static void print(KeyStore keys, int port) {
    String key = "$BACTRIAN_KEY";
    String about;
    if (keys.isEmpty()) {
      key = keys.create("first");
      about = key + "   (shown only now; only its hash is kept, in " + keys.file() + ")";
    } else if (keys.find(System.getenv().getOrDefault("BACTRIAN_KEY", "")) != null) {
      about = "the one in BACTRIAN_KEY";
    } else {
      key = "YOUR-KEY";
      about =
          "the one shown at the first start; delete "
              + keys.file()
              + " to get a new one, or set BACTRIAN_KEY";
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
