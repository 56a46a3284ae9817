package dev.bactrian.answer;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.ChatCall.Outcome;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.ErrorBody;
import dev.bactrian.plan.Target;
import dev.bactrian.provider.Breakers;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.Map;

/** Sends replies and errors to clients. */
public final class Answers {
  private final Breakers breakers;

  /**
   * Answers.
   *
   * @param breakers to be told of streams that break
   */
  public Answers(Breakers breakers) {
    this.breakers = breakers;
  }

  /** Sends a reply and waits for the end of it if it is a stream. */
  public ChatCall send(ChatCall call, ChatReply reply) {
    long answered = System.nanoTime();
    if (reply instanceof ChatReply.Complete whole) {
      call.client().respond(200, AnswerHeaders.json(call, whole.changes()), whole.json());
      return call.ended(new Outcome(200, whole.usage(), null, answered));
    }
    if (reply instanceof ChatReply.Refused refused) {
      ChatCall failed = call.failed(refused.failure());
      return send(failed, ApiException.of(refused.failure()), refused.changes());
    }
    return stream(call, (ChatReply.Stream) reply, answered);
  }

  private ChatCall stream(ChatCall call, ChatReply.Stream stream, long answered) {
    WriteStream<Buffer> sink =
        call.client().stream(200, AnswerHeaders.stream(call, stream.changes()));
    ChatReply.StreamEnd end = stream.forward(sink).toCompletableFuture().join();
    if (end.failure() == null) {
      return call.ended(new Outcome(200, end.usage(), null, answered));
    }
    Target target = call.target();
    if (target != null) {
      breakers.late(target.provider(), end.failure());
    }
    call.client().close();
    return call.failed(end.failure()).ended(new Outcome(200, end.usage(), end.failure(), answered));
  }

  /** Sends an error, unless an answer has begun. */
  public ChatCall send(ChatCall call, ApiException error, List<String> changes) {
    Map<String, String> headers = AnswerHeaders.json(call, changes);
    headers.putAll(error.headers());
    if (call.client().hasBegun()) {
      call.client().close();
    } else {
      call.client().respond(error.status(), headers, ErrorBody.of(error));
    }
    return call.ended(new Outcome(error.status(), null, null, System.nanoTime()));
  }
}
