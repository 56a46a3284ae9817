package dev.bactrian.answer;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.ChatCall.Outcome;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.TokenMeter;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.ErrorBody;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.plan.Target;
import dev.bactrian.pool.Lease;
import dev.bactrian.provider.Breakers;
import dev.bactrian.resume.Resumption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Sends replies and errors to clients. */
public final class Answers {
  private static final CompletionStage<Void> SETTLED = CompletableFuture.completedStage(null);

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
      return whole(call, whole, answered);
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

  private static ChatCall whole(ChatCall call, ChatReply.Complete reply, long answered) {
    Usage usage = reply.usage();
    long written =
        usage == null && !call.attempts().isEmpty() ? TokenMeter.ofAnswer(reply.json()) : 0;
    ChatCall ended = call.ended(new Outcome(200, usage, written, usage != null, null, answered));
    close(ended);
    call.client().respond(200, AnswerHeaders.json(call, reply.changes()), reply.json());
    return ended;
  }

  private ChatCall stream(ChatCall call, ChatReply.Stream stream, long answered) {
    Resumption resumption = call.resumption();
    WriteStream<Buffer> sink =
        call.client().stream(200, AnswerHeaders.stream(call, stream.changes()));
    WriteStream<Buffer> to = resumption == null ? sink : resumption.over(sink, answered);
    long first = resumption == null ? answered : resumption.answered();
    ChatReply.StreamEnd end =
        stream
            .forward(
                to, last -> mayGoOn(resumption, last) ? SETTLED : settle(ended(call, last, first)))
            .toCompletableFuture()
            .join();
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
    if (resumption != null && end.failure() != null && resumption.broke(end.failure())) {
      return call.failed(end.failure());
    }
    ChatCall ended = ended(call, end, first);
    settle(ended);
    if (end.failure() != null) {
      call.client().close();
    }
    return ended;
  }

  /** Whether the end of a stream may not be that of the answer. */
  private static boolean mayGoOn(@Nullable Resumption resumption, ChatReply.StreamEnd end) {
    return resumption != null && end.failure() != null;
  }

  /** Ends a stream that was cut and with which nobody goes on. */
  public ChatCall giveUp(ChatCall call, Resumption resumption) {
    ChatCall ended =
        call.ended(
            new Outcome(
                200,
                null,
                resumption.written(),
                false,
                resumption.failure(),
                resumption.answered()));
    settle(ended);
    resumption.tell();
    call.client().close();
    return ended;
  }

  private static ChatCall ended(ChatCall call, ChatReply.StreamEnd end, long answered) {
    UpstreamException failure = end.failure();
    boolean finished = end.usage() != null && (failure == null || end.finishReason() != null);
    ChatCall done = failure == null ? call : call.failed(failure);
    return done.ended(new Outcome(200, end.usage(), end.relayed(), finished, failure, answered));
  }

  private static CompletionStage<Void> settle(ChatCall ended) {
    return ended.account().close(ended);
  }

  /** Settles a call whose answer has not begun; it fails when it must be accounted for. */
  private static void close(ChatCall ended) {
    try {
      settle(ended).toCompletableFuture().join();
    } catch (CompletionException e) {
      throw new ApiException(
              503,
              "service_unavailable_error",
              "ledger_unavailable",
              null,
              "The answer is withheld since it could not be accounted for; try again.")
          .retryAfter(2000);
    }
  }

  /** Sends an error, unless an answer has begun. */
  public ChatCall send(ChatCall call, ApiException error, List<String> changes) {
    Map<String, String> headers = AnswerHeaders.json(call, changes);
    headers.putAll(error.headers());
    ChatCall ended =
        call.ended(new Outcome(error.status(), null, 0, false, null, System.nanoTime()));
    settle(ended).exceptionally(failed -> null).toCompletableFuture().join();
    if (call.client().hasBegun()) {
      call.client().close();
    } else {
      call.client().respond(error.status(), headers, ErrorBody.of(error));
    }
    return ended;
  }
}
