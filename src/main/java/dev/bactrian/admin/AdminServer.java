package dev.bactrian.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.admin.Operation.Answer;
import dev.bactrian.admin.Operation.Request;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.ErrorBody;
import dev.bactrian.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests of the administration, on the management port. */
public final class AdminServer {
  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

  private static final String PATHS = "/admin/*";
  private static final int LONGEST_BODY = 65_536;

  private final AdminDoor door;
  private final AdminApi api;

  /** The server. */
  public AdminServer(AdminDoor door, AdminApi api) {
    this.door = door;
    this.api = api;
  }

  /** Takes the paths of the administration. Nobody's body is read before it is known who asks. */
  public void mount(Router router) {
    router.route(PATHS).handler(this::enter).failureHandler(AdminServer::fail);
    router.route(PATHS).handler(BodyHandler.create(false).setBodyLimit(LONGEST_BODY));
    router.route(PATHS).blockingHandler(this::answer, false);
  }

  private void enter(RoutingContext context) {
    HttpServerRequest request = context.request();
    door.enter(request.remoteAddress().hostAddress(), request.getHeader("authorization"));
    context.next();
  }

  private void answer(RoutingContext context) {
    HttpServerRequest http = context.request();
    String method = http.method().name();
    Map<String, String> query = new LinkedHashMap<>();
    http.params().forEach(each -> query.putIfAbsent(each.getKey(), each.getValue()));
    Answer answer =
        api.answer(new Request(method, http.path(), query, read(context.body().buffer())));
    if (!method.equals("GET")) {
      LOG.info("{} {}", method, http.path());
    }
    context
        .response()
        .setStatusCode(answer.status())
        .putHeader("content-type", answer.type())
        .putHeader("cache-control", "no-store")
        .end(Buffer.buffer(answer.body()));
  }

  private static JsonNode read(@Nullable Buffer body) {
    if (body == null || body.length() == 0) {
      return Json.MAPPER.createObjectNode();
    }
    try {
      return Json.MAPPER.readTree(body.getBytes());
    } catch (IOException e) {
      throw ApiException.badRequest("invalid_json", null, "The body is not JSON.");
    }
  }

  private static void fail(RoutingContext context) {
    ApiException error = error(context);
    error.headers().forEach(context.response()::putHeader);
    context
        .response()
        .setStatusCode(error.status())
        .putHeader("content-type", "application/json")
        .end(Buffer.buffer(ErrorBody.of(error)));
  }

  private static ApiException error(RoutingContext context) {
    if (context.failure() instanceof ApiException known) {
      return known;
    }
    if (context.statusCode() == 413) {
      return new ApiException(
          413, "invalid_request_error", "request_too_large", null, "The body is too large.");
    }
    LOG.error("{} failed", context.request().path(), context.failure());
    return new ApiException(500, "server_error", null, null, "The administration failed.");
  }
}
