package dev.bactrian.answer;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.ChatCall.Outcome;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.ErrorBody;
import dev.bactrian.plan.Target;
import dev.bactrian.pool.Lease;
import dev.bactrian.provider.Breakers;
import dev.bactrian.resume.Resumption;
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
    Resumption resumption = call.resumption();
    long answered = System.nanoTime();
    Lease lease = call.lease();
    if (lease != null) {
      lease.answered();
      // Before the client knows, who may send its next request at once.
      if (reply instanceof ChatReply.Complete whole) {
        lease.end(whole.usage());
      } else if (reply instanceof ChatReply.Refused) {
        lease.end(Usage.NONE);
      }
    }
    if (reply instanceof ChatReply.Complete whole) {
      call.client().respond(200, AnswerHeaders.json(call, whole.changes()), whole.json());
      return call.ended(new Outcome(200, whole.usage(), null, answered));
    }
    if (reply instanceof ChatReply.Refused refused) {
      ChatCall failed = call.failed(refused.failure());
      if (resumption != null && resumption.failure() != null) {
        return failed; // it does not go on with what another one began, which a third one may do
      }
      return send(failed, ApiException.of(refused.failure()), refused.changes());
    }
    return stream(call, (ChatReply.Stream) reply, answered);
  }

  private ChatCall stream(ChatCall call, ChatReply.Stream stream, long answered) {
    Resumption resumption = call.resumption();
    WriteStream<Buffer> sink =
        call.client().stream(200, AnswerHeaders.stream(call, stream.changes()));
    WriteStream<Buffer> to = resumption == null ? sink : resumption.over(sink, answered);
    long first = resumption == null ? answered : resumption.answered();
    ChatReply.StreamEnd end = stream.forward(to).toCompletableFuture().join();
    Target target = call.target();
    Lease lease = call.lease();
    if (lease != null) {
      if (end.failure() != null) {
        lease.failed(end.failure());
      }
      lease.end(end.usage()); // another provider may go on with the answer for long
    } else if (target != null && end.failure() != null) {
      breakers.late(target.provider(), end.failure());
    }
    if (end.failure() == null) {
      return call.ended(new Outcome(200, end.usage(), null, first));
    }
    if (resumption != null && resumption.broke(end.failure())) {
      return call.failed(end.failure());
    }
    call.client().close();
    return call.failed(end.failure()).ended(new Outcome(200, end.usage(), end.failure(), first));
  }

  /** Ends a stream that was cut and with which nobody goes on. */
  public ChatCall giveUp(ChatCall call, Resumption resumption) {
    resumption.tell();
    call.client().close();
    return call.ended(new Outcome(200, null, resumption.failure(), resumption.answered()));
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
