package dev.bactrian.upstream;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Lifetime;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.UpstreamException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/**
 * Calls the provider: a {@link ChatRequest} in, a {@link ChatReply} out. What another provider
 * could answer is thrown; what is wrong with the request itself is a reply.
 */
final class UpstreamProducer extends DefaultProducer {
  private static final String USER_AGENT = "bactrian";

  private final UpstreamEndpoint endpoint;
  private final UpstreamConfig config;

  UpstreamProducer(UpstreamEndpoint endpoint, UpstreamConfig config) {
    super(endpoint);
    this.endpoint = endpoint;
    this.config = config;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    Message message = exchange.getMessage();
    ChatRequest request = message.getMandatoryBody(ChatRequest.class);
    Lifetime lifetime =
        exchange.getVariable(ChatCall.VARIABLE) instanceof ChatCall running
            ? running.lifetime()
            : new Lifetime(endpoint.callTimeout());
    var outgoing = config.dialect().request(request, config.quirks());
    UpstreamComponent upstream = endpoint.upstream();
    UpstreamCall call =
        new UpstreamCall(
            config,
            upstream.client(),
            upstream.vertx().getOrCreateContext(),
            upstream.watch(),
            request,
            outgoing,
            lifetime);
    message.setBody(await(call.start(headers(message)), outgoing.changes()));
  }

  private static ChatReply await(CompletableFuture<ChatReply> reply, List<String> changes)
      throws InterruptedException {
    try {
      return reply.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UpstreamException failure) {
        if (!failure.errorClass().triedElsewhere()) {
          return new ChatReply.Refused(failure, changes);
        }
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The headers that the kamelet has set, credentials among them. */
  private static Map<String, String> headers(Message message) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    headers.put("user-agent", USER_AGENT);
    for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
      if (header.getValue() instanceof String value && !header.getKey().startsWith("Camel")) {
        headers.put(header.getKey(), value);
      }
    }
    return headers;
  }
}
