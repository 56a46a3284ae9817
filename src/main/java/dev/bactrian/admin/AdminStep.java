package dev.bactrian.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.admin.Operation.Answer;
import dev.bactrian.admin.Operation.Request;
import dev.bactrian.answer.VertxClient;
import dev.bactrian.error.ApiException;
import dev.bactrian.json.Json;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/** Answers a request of the administration. */
public final class AdminStep implements Processor {
  private static final int LONGEST_BODY = 65_536;

  private final AdminDoor door;
  private final AdminApi api;

  /** The step. */
  public AdminStep(AdminDoor door, AdminApi api) {
    this.door = door;
    this.api = api;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    HttpMessage message = exchange.getMessage(HttpMessage.class);
    HttpServerRequest http = message.getRequest();
    door.enter(http.remoteAddress().hostAddress(), http.getHeader("authorization"));
    Map<String, String> query = new LinkedHashMap<>();
    http.params().forEach(each -> query.putIfAbsent(each.getKey(), each.getValue()));
    byte[] body = message.getBody(byte[].class);
    Request request = new Request(http.method().name(), http.path(), query, read(body));
    Answer answer = api.answer(request);
    new VertxClient(http, message.getResponse())
        .respond(
            answer.status(),
            Map.of("content-type", "application/json", "cache-control", "no-store"),
            Json.MAPPER.writeValueAsBytes(answer.body()));
  }

  private static JsonNode read(byte[] body) {
    if (body == null || body.length == 0) {
      return Json.MAPPER.createObjectNode();
    }
    if (body.length > LONGEST_BODY) {
      throw new ApiException(
          413, "invalid_request_error", "request_too_large", null, "The body is too large.");
    }
    try {
      return Json.MAPPER.readTree(body);
    } catch (IOException e) {
      throw ApiException.badRequest("invalid_json", null, "The body is not JSON.");
    }
  }
}
