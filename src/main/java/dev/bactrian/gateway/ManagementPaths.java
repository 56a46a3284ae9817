package dev.bactrian.gateway;

import dev.bactrian.telemetry.Health;
import dev.bactrian.telemetry.Metrics;
import io.vertx.ext.web.Router;
import java.util.function.Supplier;

/** What can be seen on the management port. */
final class ManagementPaths {
  private final Router router;

  ManagementPaths(Router router) {
    this.router = router;
  }

  /** Shows something that is JSON. */
  void show(String path, Supplier<String> json) {
    router
        .get(path)
        .handler(
            request ->
                request.response().putHeader("content-type", "application/json").end(json.get()));
  }

  /** Shows how the gateway and its providers are; only a gateway that is not ready says 503. */
  void show(Health health) {
    show("/observe/health", health::json);
    show("/observe/health/live", health::liveJson);
    router
        .get("/observe/health/ready")
        .handler(
            request ->
                request
                    .response()
                    .setStatusCode(health.isReady() ? 200 : 503)
                    .putHeader("content-type", "application/json")
                    .end(health.readyJson()));
  }

  /** Shows metrics, on another thread than the event loop, for they are long. */
  void show(Metrics metrics) {
    show("/metrics", metrics); // where Prometheus looks by itself
    show("/observe/metrics", metrics); // where Camel's applications have them
  }

  private void show(String path, Metrics metrics) {
    router
        .get(path)
        .blockingHandler(
            request -> {
              String type = Metrics.type(request.request().getHeader("accept"));
              request.response().putHeader("content-type", type).end(metrics.text(type));
            },
            false);
  }
}
