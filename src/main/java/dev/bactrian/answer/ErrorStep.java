package dev.bactrian.answer;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Lifetime;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.host.HttpHost;
import dev.bactrian.resume.Resumption;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever was thrown into an OpenAI error and sends it. */
public final class ErrorStep implements Processor {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorStep.class);

  private final Answers answers;
  private final HttpHost http;

  /**
   * The step.
   *
   * @param http knows the client of a request that was not let in
   */
  public ErrorStep(Answers answers, HttpHost http) {
    this.answers = answers;
    this.http = http;
  }

  @Override
  public void process(Exchange exchange) {
    Throwable thrown = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    ChatCall call = exchange.getVariable(ChatCall.VARIABLE, ChatCall.class);
    Resumption begun = call == null ? null : call.resumption();
    if (call == null) {
      ChatCall refused = ChatCall.begin(http.client(exchange), new Lifetime(0));
      answers.send(refused, error(thrown, refused.id()), List.of());
    } else if (begun != null && begun.failure() != null) {
      LOG.debug("{} is not resumed", call.id(), thrown);
      exchange.setVariable(ChatCall.VARIABLE, answers.giveUp(call, begun));
    } else {
      exchange.setVariable(
          ChatCall.VARIABLE, answers.send(call, error(thrown, call.id()), List.of()));
    }
  }

  private static ApiException error(@Nullable Throwable thrown, String id) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof ApiException error) {
        return error;
      }
      if (t instanceof UpstreamException failure) {
        return ApiException.of(failure);
      }
    }
    LOG.error("{} failed", id, thrown);
    return new ApiException(
        500,
        "server_error",
        "internal_error",
        null,
        "The gateway failed to process the request; its log says why under " + id + ".");
  }
}
