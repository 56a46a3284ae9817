package dev.bactrian.embed;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.error.ApiException;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Gives the answer back to the route that has called: as JSON text in the body, or as the text of
 * all events where it asked for a stream. An error is thrown, so that the route's own error handler
 * decides.
 */
public final class ReturnStep implements Processor {
  private static final int FIRST_ERROR = 400;

  @Override
  public void process(Exchange exchange) throws IOException {
    Caller caller = (Caller) exchange.removeProperty(CalledStep.CALLER);
    byte[] body = caller.body();
    if (caller.status() == 0 || caller.status() >= FIRST_ERROR) {
      JsonNode error = Json.MAPPER.readTree(body).path("error");
      throw new ApiException(
          caller.status() == 0 ? 500 : caller.status(),
          error.path("type").asText("server_error"),
          error.path("code").asText("internal_error"),
          error.path("param").isTextual() ? error.path("param").asText() : null,
          error.path("message").asText("The call has no answer."));
    }
    exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, caller.status());
    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
    exchange.getMessage().setBody(new String(body, StandardCharsets.UTF_8));
  }
}
