package dev.bactrian.credential;

import dev.bactrian.error.UpstreamException;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A token that lives for a while: fetched by the first who needs it, renewed before it expires.
 * While one fetches, the others go on with the old token if it still lives, else they wait and
 * share what comes of it, be it a failure.
 */
public final class TokenCache {
  /** How long an old token is used after its renewal has failed, before the next try. */
  private static final long RETRY_MILLIS = 10_000;

  /**
   * A token.
   *
   * @param value the secret
   * @param usableUntil when another should be fetched, milliseconds since the epoch
   * @param expires until when it can be used should that fail
   */
  public record Token(String value, long usableUntil, long expires) {
    /** A token that is not used beyond the time at which another should be fetched. */
    public Token(String value, long usableUntil) {
      this(value, usableUntil, usableUntil);
    }

    @Override
    public String toString() {
      return "Token[usableUntil=" + usableUntil + "]";
    }
  }

  /** Gets a new token, and may take its time. */
  @FunctionalInterface
  public interface Source {
    /**
     * A new token.
     *
     * @param now milliseconds since the epoch
     * @throws dev.bactrian.error.UpstreamException when there is none to be had
     */
    Token fetch(long now);
  }

  private final Source source;
  private final InstantSource clock;
  private final Object lock = new Object();
  private volatile @Nullable Token token;
  private @Nullable CompletableFuture<Token> fetching;

  /** A cache that holds nothing yet. */
  public TokenCache(Source source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  /** The token, fetched if need be. */
  public String get() {
    Token present = token;
    if (present != null && clock.millis() < present.usableUntil()) {
      return present.value();
    }
    CompletableFuture<Token> mine = new CompletableFuture<>();
    CompletableFuture<Token> others;
    synchronized (lock) {
      present = token;
      if (present != null && clock.millis() < present.usableUntil()) {
        return present.value();
      }
      others = fetching;
      if (others == null) {
        fetching = mine;
      }
    }
    if (others == null) {
      return fetch(mine, present).value();
    }
    if (present != null && clock.millis() < present.expires()) {
      return present.value();
    }
    return join(others).value();
  }

  private Token fetch(CompletableFuture<Token> mine, @Nullable Token old) {
    try {
      Token fetched = source.fetch(clock.millis());
      synchronized (lock) {
        token = fetched;
      }
      mine.complete(fetched);
      return fetched;
    } catch (UpstreamException e) {
      Token kept = keep(old);
      if (kept == null) {
        mine.completeExceptionally(e);
        throw e;
      }
      mine.complete(kept);
      return kept;
    } finally {
      synchronized (lock) {
        fetching = null;
      }
      mine.cancel(false);
    }
  }

  /** The old token for a while longer, null when it has expired or was refused meanwhile. */
  private @Nullable Token keep(@Nullable Token old) {
    synchronized (lock) {
      if (old == null || token != old || clock.millis() >= old.expires()) {
        token = null;
        return null;
      }
      Token kept = new Token(old.value(), clock.millis() + RETRY_MILLIS, old.expires());
      token = kept;
      return kept;
    }
  }

  private static Token join(CompletableFuture<Token> others) {
    try {
      return others.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UpstreamException failure) {
        throw failure;
      }
      throw e;
    }
  }

  /** Forgets a token that was refused, unless another has taken its place. */
  public void forget(String refused) {
    synchronized (lock) {
      Token present = token;
      if (present != null && present.value().equals(refused)) {
        token = null;
      }
    }
  }
}
