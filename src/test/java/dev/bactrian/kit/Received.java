package dev.bactrian.kit;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * One answer as far as it came. When a connection breaks, the JDK's client forgets what nobody has
 * read yet, and at times the whole answer; that may be what a test is about.
 */
final class Received implements BodyHandler<Received>, BodySubscriber<Received> {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<Boolean> whole = new CompletableFuture<>();
  private volatile @Nullable ResponseInfo head;

  /**
   * The answer, when no more of it will come.
   *
   * @param broken what the JDK's client says of the call, null if nothing
   */
  CompletableFuture<Reply> reply(@Nullable Throwable broken) {
    ResponseInfo known = head;
    if (known == null) {
      return CompletableFuture.failedFuture(
          broken == null ? new IllegalStateException("no answer") : broken);
    }
    if (broken != null) {
      whole.complete(false);
    }
    return whole.thenApply(
        all ->
            new Reply(
                known.statusCode(), known.headers(), bytes.toString(StandardCharsets.UTF_8), all));
  }

  @Override
  public BodySubscriber<Received> apply(ResponseInfo info) {
    head = info;
    return this;
  }

  @Override
  public CompletionStage<Received> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      byte[] next = new byte[buffer.remaining()];
      buffer.get(next);
      bytes.writeBytes(next);
    }
  }

  @Override
  public void onError(Throwable cause) {
    whole.complete(false);
  }

  @Override
  public void onComplete() {
    whole.complete(true);
  }
}
