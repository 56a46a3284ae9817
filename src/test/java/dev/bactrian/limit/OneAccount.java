package dev.bactrian.limit;

import dev.bactrian.call.Account;
import dev.bactrian.call.ChatCall;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** An account that is settled by hand. */
final class OneAccount implements Account {
  private @Nullable Settlement settlement;

  void settle(long tokens, @Nullable Long nanos) {
    Objects.requireNonNull(settlement).settle(tokens, nanos, "USD");
  }

  @Override
  public void attempting(ChatCall call) {}

  @Override
  public void onClose(Settlement listener) {
    settlement = listener;
  }

  @Override
  public CompletionStage<Void> close(ChatCall ended) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public @Nullable Bill bill() {
    return null;
  }
}
