package dev.bactrian.call;

import dev.bactrian.price.Tokens;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is written down of one call, for whoever pays for it. */
public interface Account {
  /** Nothing is written down. */
  Account NONE =
      new Account() {
        @Override
        public void attempting(ChatCall call) {}

        @Override
        public void onClose(Settlement settlement) {}

        @Override
        public CompletionStage<Void> close(ChatCall ended) {
          return CompletableFuture.completedFuture(null);
        }

        @Override
        public @Nullable Bill bill() {
          return null;
        }
      };

  /** The call is about to be sent to the target of its last attempt; returns when it may be. */
  void attempting(ChatCall call);

  /** Who wants to know, once, what the call came to. */
  void onClose(Settlement settlement);

  /** Learns what a call came to. */
  interface Settlement {
    /**
     * The call is over.
     *
     * @param tokens tokens in and out
     * @param nanos what they cost in nano-units of the currency, null where that is unknown
     * @param currency ISO 4217, null where there is no price
     */
    void settle(long tokens, @Nullable Long nanos, @Nullable String currency);
  }

  /**
   * The call is over but for the last byte of its answer. Only the first time counts.
   *
   * @return completes when that byte may be sent; fails when the call cannot be accounted for and
   *     must be
   */
  CompletionStage<Void> close(ChatCall ended);

  /** What the call came to, null before it is closed or where nothing is written down. */
  @Nullable Bill bill();

  /**
   * What a call came to.
   *
   * @param tokens that were used
   * @param estimated whether some are an estimate
   * @param nanos what they cost in nano-units of the currency, null where that is unknown
   * @param currency ISO 4217, null where there is no price
   */
  record Bill(Tokens tokens, boolean estimated, @Nullable Long nanos, @Nullable String currency) {}
}
