package dev.bactrian.kit;

import java.util.List;

/** A Redis that keeps nothing on its disk. */
public final class RedisProcess extends StoreProcess {
  private final String binary = binary("redis-server", "/usr/bin", "/usr/local/bin");

  private RedisProcess() {}

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
