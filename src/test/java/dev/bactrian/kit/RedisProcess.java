package dev.bactrian.kit;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A Redis that keeps nothing on its disk. */
public final class RedisProcess extends StoreProcess {
  private final String binary = Objects.requireNonNull(installed(), "redis-server");

  private RedisProcess() {}

  /** Its binary, null where there is none; a Valkey does as well. */
  static @Nullable String installed() {
    List<String> folders = List.of("/usr/bin", "/usr/local/bin");
    String redis = find("redis-server", folders);
    return redis == null ? find("valkey-server", folders) : redis;
  }

  /** Starts one. */
  public static RedisProcess begin() {
    RedisProcess redis = new RedisProcess();
    redis.start();
    return redis;
  }

  /** Its address. */
  public String url() {
    return "redis://127.0.0.1:" + port();
  }

  /** It forgets everything, and stays. */
  public void forget() {
    run(List.of("redis-cli", "-p", Integer.toString(port()), "FLUSHALL"));
  }

  @Override
  protected List<String> command() {
    return List.of(
        binary,
        "--port",
        Integer.toString(port()),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        folder().toString());
  }
}
