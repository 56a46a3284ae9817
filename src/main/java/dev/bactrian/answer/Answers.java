package dev.bactrian.answer;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.ChatCall.Outcome;
import dev.bactrian.chat.ChatReply;
import dev.bactrian.chat.TokenMeter;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.ApiException;
import dev.bactrian.error.ErrorBody;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.plan.Attempt;
import dev.bactrian.plan.Attempt.Part;
import dev.bactrian.plan.Target;
import dev.bactrian.pool.Lease;
import dev.bactrian.provider.Breakers;
import dev.bactrian.resume.Resumption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Sends replies and errors to clients. */
public final class Answers {
  private final Breakers breakers;
  private final LongAdder streams = new LongAdder();

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
    } else if (reply instanceof ChatReply.Complete && !call.attempts().isEmpty()) {
      Attempt attempt = call.attempts().get(call.attempts().size() - 1);
      breakers.answered(attempt.target().provider(), attempt.started());
    }
    if (reply instanceof ChatReply.Complete whole) {
      return whole(call, whole, answered);
    }
    if (reply instanceof ChatReply.Refused refused) {
      ChatCall failed = call.failed(refused.failure());
      if (resumption != null && resumption.failure() != null) {
        return failed; // it does not go on with what another one began, which a third one may do
      }
      return send(failed, ApiException.of(told(call, refused)), refused.changes());
    }
    return stream(call, (ChatReply.Stream) reply, answered);
  }

  /**
   * What the client is told of a refusal: where a model of a chain refuses what the client has
   * asked of another one, that one's failure says more.
   */
  private static UpstreamException told(ChatCall call, ChatReply.Refused refused) {
    UpstreamException refusal = refused.failure();
    Target target = call.target();
    if (refusal.errorClass() == ErrorClass.BAD_REQUEST && target != null && target.isInChain()) {
      for (Attempt attempt : call.attempts()) {
        if (attempt.failure() != null && !attempt.target().isInChain()) {
          return attempt.failure();
        }
      }
    }
    return refusal;
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

  /** How many streams are being sent. */
  public long streams() {
    return streams.sum();
  }

  private ChatCall stream(ChatCall call, ChatReply.Stream stream, long answered) {
    streams.increment();
    try {
      return relay(call, stream, answered);
    } finally {
      streams.decrement();
    }
  }

  private ChatCall relay(ChatCall call, ChatReply.Stream stream, long answered) {
    Resumption resumption = call.resumption();
    WriteStream<Buffer> sink =
        call.client().stream(200, AnswerHeaders.stream(call, stream.changes()));
    WriteStream<Buffer> to = resumption == null ? sink : resumption.over(sink, answered);
    long first = resumption == null ? answered : resumption.answered();
    ChatReply.StreamEnd end =
        call.client()
            .await(
                stream.forward(to, last -> beforeLast(ended(call, last, first), last, resumption)));
    tell(call, end);
    if (end.failure() != null && resumption != null && resumption.broke(end.failure())) {
      return failed(call, end);
    }
    ChatCall ended = ended(call, end, first);
    settle(ended).exceptionally(failed -> null).toCompletableFuture().join();
    if (end.failure() != null) {
      if (resumption != null) {
        resumption.tell();
      }
      call.client().close();
    }
    return ended;
  }

  /** Says when the last bytes may go out: what may go on elsewhere is not settled yet. */
  private static CompletionStage<Void> beforeLast(
      ChatCall ended, ChatReply.StreamEnd end, @Nullable Resumption resumption) {
    return end.failure() != null && resumption != null
        ? CompletableFuture.completedFuture(null)
        : settle(ended);
  }

  /** Tells the provider's breaker, or its pool, how the stream ended. */
  private void tell(ChatCall call, ChatReply.StreamEnd end) {
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
  }

  private static ChatCall ended(ChatCall call, ChatReply.StreamEnd end, long answered) {
    boolean finished = isFinished(end);
    ChatCall done = end.failure() == null ? call : failed(call, end);
    return done.ended(
        new Outcome(
            200,
            end.usage(),
            end.relayed(),
            finished,
            end.failure(),
            answered,
            skipped(call) + end.skipped()));
  }

  /** How many events were passed over of the streams that were cut before. */
  private static int skipped(ChatCall call) {
    return call.attempts().stream()
        .map(Attempt::part)
        .filter(Objects::nonNull)
        .mapToInt(Part::skipped)
        .sum();
  }

  private static ChatCall failed(ChatCall call, ChatReply.StreamEnd end) {
    UpstreamException failure = Objects.requireNonNull(end.failure());
    return call.failed(
        failure, new Part(end.usage(), end.relayed(), isFinished(end), end.skipped()));
  }

  private static boolean isFinished(ChatReply.StreamEnd end) {
    return end.usage() != null && (end.failure() == null || end.finishReason() != null);
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

  /** Ends a stream that was cut and with which nobody goes on. */
  public ChatCall giveUp(ChatCall call, Resumption resumption) {
    ChatCall ended =
        call.ended(
            new Outcome(
                200, null, 0, false, resumption.failure(), resumption.answered(), skipped(call)));
    settle(ended).exceptionally(failed -> null).toCompletableFuture().join();
    resumption.tell();
    call.client().close();
    return ended;
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
