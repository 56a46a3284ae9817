package dev.bactrian.key;

import dev.bactrian.call.ChatCall;
import dev.bactrian.error.ApiException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/** Finds out who calls. */
public final class IdentifyStep implements Processor {
  private static final String SCHEME = "bearer ";

  private final Keys keys;

  /** The step over the keys that are known. */
  public IdentifyStep(Keys keys) {
    this.keys = keys;
  }

  @Override
  public void process(Exchange exchange) {
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    if (call.key() != null) {
      return; // a route of the host, which needs none
    }
    String text = key(exchange.getMessage());
    if (text == null) {
      throw refused(
          "You didn't provide an API key. Send it in the header 'Authorization: Bearer KEY'.");
    }
    ApiKey key = keys.find(text);
    if (key == null) {
      throw refused("Incorrect API key provided.");
    }
    exchange.setVariable(ChatCall.VARIABLE, call.by(key));
  }

  private static @Nullable String key(Message message) {
    Object header = message.getHeader("Authorization");
    if (header instanceof String text && text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      String key = text.substring(SCHEME.length()).strip();
      return key.isEmpty() ? null : key;
    }
    return message.getHeader("x-api-key") instanceof String key && !key.isBlank()
        ? key.strip()
        : null;
  }

  private static ApiException refused(String message) {
    return new ApiException(401, "invalid_request_error", "invalid_api_key", null, message)
        .header("www-authenticate", "Bearer");
  }
}
