package dev.bactrian.ledger;

import dev.bactrian.ledger.LedgerRow.Ending;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Rows for tests. */
public final class TestRows {
  private String id;
  private long started = 1_790_000_000_000L;
  private @Nullable String key = "k1";
  private @Nullable String owner = "team";
  private String model = "openai/gpt-4.1-mini";
  private String provider = "openai";
  private String upstream = "gpt-4.1-mini";
  private @Nullable String failed;
  private long prompt = 10;
  private long completion = 5;
  private boolean estimated;
  private @Nullable Long cost = 1234L;
  private Ending ending = Ending.SUCCESS;

  private TestRows(String id) {
    this.id = id;
  }

  /** A row of a call that went well. */
  static LedgerRow row(String id) {
    return with(id).make();
  }

  static LedgerRow row(String id, Ending ending) {
    return with(id).ending(ending).make();
  }

  static LedgerRow withCost(String id, @Nullable Long cost) {
    return with(id).cost(cost).make();
  }

  /** A row to be changed. */
  public static TestRows with(String id) {
    return new TestRows(id);
  }

  /** When it came in: the start of a day in UTC. */
  public TestRows on(String day) {
    return at(LocalDate.parse(day).toEpochDay() * 86_400_000);
  }

  TestRows at(long millis) {
    started = millis;
    return this;
  }

  /** Who pays. */
  public TestRows by(@Nullable String keyId, @Nullable String ownerId) {
    key = keyId;
    owner = ownerId;
    return this;
  }

  /** Where it went. */
  public TestRows to(String providerId, String name) {
    model = name;
    provider = providerId;
    upstream = name;
    return this;
  }

  TestRows failed(String attempts) {
    failed = attempts;
    return this;
  }

  /** Tokens in and out. */
  public TestRows tokens(long in, long out) {
    prompt = in;
    completion = out;
    return this;
  }

  /** The tokens are an estimate. */
  public TestRows estimated(boolean whether) {
    estimated = whether;
    return this;
  }

  /** Nano-units. */
  public TestRows cost(@Nullable Long nanos) {
    cost = nanos;
    return this;
  }

  /** How it ended. */
  public TestRows ending(Ending how) {
    ending = how;
    return this;
  }

  /** The row. */
  public LedgerRow make() {
    return new LedgerRow(
        id,
        started,
        key,
        owner,
        "gpt-4.1-mini",
        model,
        provider,
        upstream,
        1,
        failed,
        prompt,
        0,
        0,
        completion,
        0,
        estimated,
        cost,
        "USD",
        LocalDate.of(2026, 7, 1),
        null,
        17L,
        ending,
        null,
        200,
        false);
  }
}
