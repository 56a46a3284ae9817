package dev.bactrian.upstream;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Lifetime;
import dev.bactrian.call.Trace;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.credential.Outbound;
import dev.bactrian.dialect.Dialect;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.jspecify.annotations.Nullable;

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
    ChatCall running = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    Lifetime lifetime = running == null ? new Lifetime(endpoint.callTimeout()) : running.lifetime();
    Dialect.Outgoing outgoing;
    try {
      outgoing = config.dialect().request(request);
    } catch (UpstreamException e) {
      message.setBody(new ChatReply.Refused(e, List.of()));
      return;
    }
    if (running != null && exchange.getVariable(Trace.VARIABLE) instanceof Trace trace) {
      outgoing = outgoing.with(trace.headers(running));
    }
    Outbound first = outbound(message, request, outgoing);
    String proof = sign(first);
    try {
      message.setBody(call(request, outgoing, first, lifetime));
    } catch (UpstreamException e) {
      if (e.errorClass() != ErrorClass.AUTH || proof == null || !renew(proof)) {
        throw e;
      }
      Outbound second = outbound(message, request, outgoing);
      sign(second);
      message.setBody(call(request, outgoing, second, lifetime));
    }
  }

  private Outbound outbound(Message message, ChatRequest request, Dialect.Outgoing outgoing) {
    String path =
        config.pathAndQuery(config.dialect().pathModel(request.model()), request.stream());
    Outbound outbound = new Outbound(config.origin(), path, outgoing.body());
    outbound.header("content-type", "application/json");
    outbound.header("user-agent", USER_AGENT);
    for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
      if (header.getValue() instanceof String value
          && !value.isBlank()
          && !header.getKey().startsWith("Camel")) {
        outbound.header(header.getKey(), value);
      }
    }
    outgoing.headers().forEach(outbound::header);
    return outbound;
  }

  private @Nullable String sign(Outbound outbound) {
    return config.credential() == null ? null : config.credential().sign(outbound);
  }

  private boolean renew(String refused) {
    return config.credential() != null && config.credential().renew(refused);
  }

  private ChatReply call(
      ChatRequest request, Dialect.Outgoing outgoing, Outbound outbound, Lifetime lifetime)
      throws InterruptedException {
    Connections connections = endpoint.upstream().connections();
    UpstreamCall call =
        new UpstreamCall(
            config,
            connections.client(),
            connections.vertx().getOrCreateContext(),
            connections.watch(),
            request,
            outgoing.changes(),
            lifetime);
    try {
      return call.start(outbound).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UpstreamException failure) {
        if (!failure.errorClass().triedElsewhere()) {
          return new ChatReply.Refused(failure, outgoing.changes());
        }
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
