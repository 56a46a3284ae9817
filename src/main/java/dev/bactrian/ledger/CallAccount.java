package dev.bactrian.ledger;

import dev.bactrian.call.Account;
import dev.bactrian.call.ChatCall;
import dev.bactrian.price.Tokens;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The account of one call in the ledger: it has one row, whoever closes it and however often. */
final class CallAccount implements Account {
  private static final Logger LOG = LoggerFactory.getLogger(CallAccount.class);

  private final Ledger ledger;
  private final AtomicReference<@Nullable CompletableFuture<Void>> closed = new AtomicReference<>();

  private volatile @Nullable Settlement settlement;
  private volatile @Nullable LedgerRow closing;

  CallAccount(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public void attempting(ChatCall call) {
    try {
      // The row is made later, if the call still runs then.
      ledger.begun(() -> closed.get() == null ? Rows.begun(call) : null).join();
    } catch (CompletionException e) {
      throw Ledger.unavailable();
    }
  }

  @Override
  public void onClose(Settlement listener) {
    settlement = listener;
  }

  /**
   * Tells once what the call came to, before its row is on its way: whoever reads the sums then and
   * was told of it can ask whether it is in them.
   */
  private void settle(@Nullable LedgerRow row) {
    Settlement waiting = settlement;
    settlement = null;
    if (waiting == null) {
      return;
    }
    try {
      waiting.settle(
          row == null ? 0 : row.tokens(),
          row == null ? null : row.cost(),
          row == null ? null : row.currency());
    } catch (RuntimeException e) {
      LOG.error("A call could not be settled: {}", row, e);
    }
  }

  @Override
  public CompletionStage<Void> close(ChatCall ended) {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> other = closed.compareAndExchange(null, mine);
    if (other != null) {
      return other;
    }
    try {
      LedgerRow row = Rows.ended(ended);
      closing = row;
      settle(row);
      CompletableFuture<Void> written = ledger.ended(row);
      written.whenComplete(
          (done, failure) -> {
            if (failure == null) {
              mine.complete(null);
            } else {
              LOG.error("{} cannot be accounted for", ended.id(), failure);
              mine.completeExceptionally(failure);
            }
          });
    } catch (RuntimeException e) {
      LOG.error("{} cannot be accounted for", ended.id(), e);
      settle(null);
      ledger.failed(mine, e);
    }
    return mine;
  }

  @Override
  public @Nullable Bill bill() {
    LedgerRow row = closing;
    return row == null
        ? null
        : new Bill(
            new Tokens(
                row.prompt(), row.cached(), row.cacheWrite(), row.completion(), row.reasoning()),
            row.estimated(),
            row.cost(),
            row.currency());
  }
}
