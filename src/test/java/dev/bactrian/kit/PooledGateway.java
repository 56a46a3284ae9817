package dev.bactrian.kit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A gateway whose provider {@code openai} has several keys, {@code sk-a...} and so on, and whose
 * provider {@code qwen} has one.
 */
public final class PooledGateway implements AutoCloseable {
  /** A model of the provider with several keys. */
  public static final String MODEL = "openai/gpt-4.1-mini";

  private final ProviderServer provider = ProviderServer.start();
  private final ProviderServer other = ProviderServer.start();
  private final Path config;
  private final Gateway.Settings settings;
  private @Nullable Gateway gateway;

  /** One that is not started yet, with the configuration in that folder. */
  public PooledGateway(Path config) {
    this.config = config;
    this.settings =
        Gateway.with()
            .config(config)
            .kamelet("openai", "baseUrl", provider.baseUrl())
            .provider("qwen", other);
  }

  /** One setting, as in settings.properties. */
  public PooledGateway set(String name, String value) {
    settings.set(name, value);
    return this;
  }

  /** Starts with that text as the provider's pool in pools.yaml. */
  public ApiClient start(String pool) throws IOException {
    edit(pool);
    Gateway started = settings.start();
    gateway = started;
    return started.client();
  }

  /** Saves that text as the provider's pool in pools.yaml. */
  public void edit(String pool) throws IOException {
    Path file = config.resolve("catalogue/pools.yaml");
    Files.createDirectories(file.getParent());
    Path draft = Files.writeString(config.resolve("draft"), "openai: " + pool);
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The gateway, started. */
  public Gateway gateway() {
    return Objects.requireNonNull(gateway);
  }

  /** The server of the provider with several keys. */
  public ProviderServer provider() {
    return provider;
  }

  /** The server of the provider with one key. */
  public ProviderServer other() {
    return other;
  }

  /** What the provider does with the keys {@code a} and {@code b}. */
  public static Script byKey(Script a, Script b) {
    return call -> (key(call).equals("a") ? a : b).answer(call);
  }

  /** The letter of the key that came with a call. */
  public static String key(ProviderCall call) {
    return String.valueOf(call.header("authorization")).replaceAll("Bearer sk-(.).*", "$1");
  }

  /** The calls that came with a key. */
  public List<ProviderCall> calls(String key) {
    return provider.calls().stream().filter(call -> key(call).equals(key)).toList();
  }

  /** How many calls came with a key. */
  public int count(String key) {
    return calls(key).size();
  }

  /** What the management port says of the pool. */
  public Reply.Tree pool() {
    return new Reply.Tree(gateway().management("/v1/pools").json().path("openai"));
  }

  /** What the management port says of a member. */
  public Reply.Tree member(String name) {
    for (JsonNode member : pool().node().path("members")) {
      if (member.path("name").asText().equals(name)) {
        return new Reply.Tree(member);
      }
    }
    throw new AssertionError(name + " is not in " + pool());
  }

  /** What state a member is in. */
  public String state(String name) {
    return member(name).text("state");
  }

  @Override
  public void close() {
    if (gateway != null) {
      gateway.close();
    }
    provider.close();
    other.close();
  }
}
