package dev.bactrian.examples;

import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Rules;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import java.nio.file.Path;

/** What the tests of examples have in common: a gateway with exactly the example's files. */
final class Example {
  static final String MODEL = "openai/gpt-4.1-mini";

  private Example() {}

  /** The example's folder for BACTRIAN_CONFIG. */
  static Path config(String name) {
    return Path.of("examples", name, "config");
  }

  /** A gateway with an example's files, and the provider {@code openai} at a server. */
  static Gateway.Settings with(String name, ProviderServer openai) {
    return Gateway.with().config(config(name)).provider("openai", openai);
  }

  /** A client with a new key of that name. */
  static ApiClient client(Gateway gateway, String key) {
    KeyAdministration keys = gateway.bean("keyAdministration", KeyAdministration.class);
    return gateway.client().withKey(keys.create(key, null, null, Rules.NONE).text());
  }

  /** A body with one message of the user. */
  static String prompt(String text, boolean stream) {
    return ApiClient.question(MODEL, stream, "").replace("Hi", text);
  }
}
