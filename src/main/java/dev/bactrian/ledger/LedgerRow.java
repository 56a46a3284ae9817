package dev.bactrian.ledger;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one call. Times are UTC; no token is in two kinds; no body and no secret.
 *
 * @param id the request id, which no other row has
 * @param started when it came in, milliseconds since 1970
 * @param key the client's key, by its id
 * @param owner whom the key belongs to, null for nobody
 * @param asked the model that the client named, null where that was not readable
 * @param model the model that answered, null where none did
 * @param provider the provider of the last attempt, null before the first
 * @param upstream the provider's own id of that model
 * @param attempts how many there were
 * @param failed the attempts that failed, a JSON array, null where there are none
 * @param prompt tokens in that neither came from a cache nor were written to one
 * @param cached tokens in that came from a cache
 * @param cacheWrite tokens in that were written to a cache
 * @param completion tokens out that the client was meant to see
 * @param reasoning tokens out that were spent thinking
 * @param estimated whether the tokens are an estimate of the gateway's
 * @param cost nano-units of the currency, null where the price is unknown
 * @param currency ISO 4217, null where there is no price
 * @param priced the first day of the price that was used, null where it has none
 * @param firstToken milliseconds to a stream's first content, null where there was none
 * @param duration milliseconds in all, null where the node was lost
 * @param outcome how it ended
 * @param error the class of the last attempt's failure, null where it did not fail
 * @param status the HTTP status that was sent, 0 where the node was lost
 * @param stream whether a stream was asked for
 */
public record LedgerRow(
    String id,
    long started,
    @Nullable String key,
    @Nullable String owner,
    @Nullable String asked,
    @Nullable String model,
    @Nullable String provider,
    @Nullable String upstream,
    int attempts,
    @Nullable String failed,
    long prompt,
    long cached,
    long cacheWrite,
    long completion,
    long reasoning,
    boolean estimated,
    @Nullable Long cost,
    @Nullable String currency,
    @Nullable LocalDate priced,
    @Nullable Long firstToken,
    @Nullable Long duration,
    Ending outcome,
    @Nullable String error,
    int status,
    boolean stream) {

  /** How a call ended. The order stays: the journal holds numbers. */
  public enum Ending {
    /** The client got its whole answer. */
    SUCCESS,
    /** The gateway refused it, and no provider was asked. */
    REFUSED,
    /** No provider answered; the client got an error. */
    ERROR,
    /** The answer broke off on its way. */
    CUT,
    /** The client went away before its answer had ended. */
    CLIENT_GONE,
    /** The gateway ended while the call ran. */
    NODE_LOST;

    /** The word that the ledger's table has for it. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** All tokens, in and out. */
  public long tokens() {
    return prompt + cached + cacheWrite + completion + reasoning;
  }
}
