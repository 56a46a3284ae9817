package dev.bactrian.door;

import dev.bactrian.call.ChatCall;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.ErrorBody;
import dev.bactrian.thread.EventLoops;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.apache.camel.component.vertx.common.VertxHelper;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server for clients. It opens only when the routes are there, serves on every event loop,
 * and answers what does not reach a route with an OpenAI error, too.
 */
public final class DoorServer extends VertxPlatformHttpServer {
  private static final int BACKLOG = 8192;

  private final VertxPlatformHttpServerConfiguration configuration;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private volatile int port;

  /**
   * A server that is not open yet.
   *
   * @param configuration whose port names the router, also when it is not the one that is opened
   * @param port 0 for any that is free
   */
  public DoorServer(VertxPlatformHttpServerConfiguration configuration, int port) {
    super(configuration);
    this.configuration = configuration;
    this.port = port;
  }

  @Override
  protected void initializeServer() {
    super.initializeServer();
    VertxPlatformHttpRouter router = router();
    router.route().order(Integer.MIN_VALUE).failureHandler(DoorServer::failed);
    router.errorHandler(400, context -> answer(context.response(), 400));
  }

  /** Opening waits for the routes: see {@link #open}. */
  @Override
  protected void startServer() {}

  /** Opens the port on every event loop; returns when it is open. */
  public void open() throws Exception {
    HttpServerOptions options = options();
    try {
      router()
          .vertx()
          .deployVerticle(
              () -> new Listener(options), new DeploymentOptions().setInstances(EventLoops.count()))
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    } catch (CompletionException e) {
      throw new IllegalStateException(
          "Port " + port + " on " + configuration.getBindHost() + " cannot be opened",
          e.getCause());
    }
    port = servers.get(0).actualPort();
  }

  /** The server of one event loop. */
  private final class Listener extends AbstractVerticle {
    private final HttpServerOptions options;

    Listener(HttpServerOptions options) {
      this.options = options;
    }

    @Override
    public void start(Promise<Void> started) {
      HttpServer server = vertx.createHttpServer(options);
      server.requestHandler(router());
      server.invalidRequestHandler(request -> answer(request.response(), 400));
      servers.add(server);
      // To Vert.x a negative port is any, the same one for all event loops.
      server
          .listen(port == 0 ? -1 : port, configuration.getBindHost())
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }

  private HttpServerOptions options() throws Exception {
    HttpServerOptions options =
        new HttpServerOptions()
            .setTcpNoDelay(true)
            .setAcceptBacklog(BACKLOG)
            .setMaxFormAttributeSize(0)
            .setHandle100ContinueAutomatically(true);
    SSLContextParameters tls = configuration.getSslContextParameters();
    if (tls == null && configuration.isUseGlobalSslContextParameters()) {
      tls = getCamelContext().getSSLContextParameters();
    }
    if (tls != null) {
      VertxHelper.setupSSLOptions(getCamelContext(), tls, options);
    }
    return options;
  }

  private VertxPlatformHttpRouter router() {
    return VertxPlatformHttpRouter.lookup(
        getCamelContext(), VertxPlatformHttpRouter.getRouterNameFromPort(configuration.getPort()));
  }

  private static void failed(RoutingContext context) {
    answer(context.response(), context.statusCode() > 0 ? context.statusCode() : 500);
  }

  private static void answer(HttpServerResponse response, int status) {
    if (response.ended() || response.headWritten()) {
      return;
    }
    response
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .putHeader("x-request-id", ChatCall.newId())
        .putHeader("connection", "close")
        .end(Buffer.buffer(ErrorBody.of(error(status))));
  }

  private static ApiException error(int status) {
    return switch (status) {
      case 400 ->
          ApiException.badRequest("invalid_request", null, "The request is not valid HTTP.");
      case 413 ->
          new ApiException(
              413,
              "invalid_request_error",
              "request_too_large",
              null,
              "The request body is larger than this gateway takes.");
      default ->
          new ApiException(status, "server_error", "internal_error", null, "The request failed.");
    };
  }

  @Override
  protected void stopServer() {
    servers.forEach(server -> server.close().toCompletionStage().toCompletableFuture().join());
    servers.clear();
  }

  @Override
  public @Nullable HttpServer getServer() {
    return servers.isEmpty() ? null : servers.get(0);
  }

  /** The port that is open, or is to be. */
  @Override
  public int getPort() {
    return port;
  }
}
