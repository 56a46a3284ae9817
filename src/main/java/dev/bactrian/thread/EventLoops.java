package dev.bactrian.thread;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.impl.VertxBuilder;

/** The event loops that own the connections to providers, and to clients where Vert.x serves. */
public final class EventLoops {
  private EventLoops() {}

  /**
   * How many there are: half as many as cores, for the other half is for the routes' threads. More
   * loops make more hand-overs between threads of every call.
   */
  public static int count() {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  }

  /** New ones, with {@link RouteThreads} for what blocks. */
  public static Vertx start() {
    return new VertxBuilder(
            new VertxOptions().setEventLoopPoolSize(count()).setPreferNativeTransport(true))
        .executorServiceFactory(new RouteThreads())
        .init()
        .vertx();
  }
}
