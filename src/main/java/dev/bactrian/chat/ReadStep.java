package dev.bactrian.chat;

import dev.bactrian.call.ChatCall;
import dev.bactrian.error.ApiException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Reads the body into a {@link ChatRequest}. */
public final class ReadStep implements Processor {
  @Override
  public void process(Exchange exchange) {
    Object type = exchange.getMessage().getHeader("Content-Type");
    if (type instanceof String text && !text.toLowerCase(java.util.Locale.ROOT).contains("json")) {
      throw new ApiException(
          415,
          "invalid_request_error",
          "unsupported_media_type",
          null,
          "The body must be JSON: send 'Content-Type: application/json'.");
    }
    byte[] body = exchange.getMessage().getBody(byte[].class);
    if (body == null || body.length == 0) {
      throw ApiException.badRequest("invalid_json", null, "The request has no body.");
    }
    ChatRequest request = ChatRequest.read(body);
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    exchange.setVariable(ChatCall.VARIABLE, call.asking(request));
    exchange.getMessage().removeHeaders("*");
    exchange.getMessage().setBody(request);
  }
}
