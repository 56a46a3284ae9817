package dev.bactrian.credential;

import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A token that lives for a while: fetched by the first who needs it while the others wait, renewed
 * before it expires.
 */
public final class TokenCache {
  /**
   * A token.
   *
   * @param value the secret
   * @param usableUntil when another should be fetched, milliseconds since the epoch
   */
  public record Token(String value, long usableUntil) {
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
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Token token;

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
    lock.lock();
    try {
      present = token;
      if (present == null || clock.millis() >= present.usableUntil()) {
        present = source.fetch(clock.millis());
        token = present;
      }
      return present.value();
    } finally {
      lock.unlock();
    }
  }

  /** Forgets a token that was refused, unless another has taken its place. */
  public void forget(String refused) {
    lock.lock();
    try {
      Token present = token;
      if (present != null && present.value().equals(refused)) {
        token = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
