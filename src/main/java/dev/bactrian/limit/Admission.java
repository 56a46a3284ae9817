package dev.bactrian.limit;

import dev.bactrian.call.Account;
import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.key.ApiKey;
import dev.bactrian.key.Budget;
import dev.bactrian.key.Owner;
import dev.bactrian.key.Rules;
import dev.bactrian.key.Rules.ModelLimits;
import dev.bactrian.storage.Database;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Lets calls in as far as the limits and budgets of key, owner and model have room for them. */
public final class Admission implements AutoCloseable {
  private final Dollars dollars;
  private final List<ModelLimits> modelLimits;
  private final LocalCounters counters;

  /**
   * An admission with counters of this node.
   *
   * @param modelLimits limits of models for all keys together, a JSON array, blank for none
   * @param waitMillis how long a call may wait for the database
   */
  public Admission(Dollars dollars, Database database, String modelLimits, long waitMillis) {
    this.dollars = dollars;
    this.modelLimits = Rules.modelLimits(modelLimits);
    this.counters = new LocalCounters(database, waitMillis);
  }

  /**
   * Lets a call in that is planned; what it has taken is settled when its account is closed.
   *
   * @throws dev.bactrian.error.ApiException 429 when there is no room
   */
  public ChatCall admit(ChatCall call) {
    ApiKey key = Objects.requireNonNull(call.key());
    if (modelLimits.isEmpty() && key.isUnlimited()) {
      return call;
    }
    List<Bound> bounds = bounds(key, call.plan().get(0).id());
    if (bounds.isEmpty()) {
      return call;
    }
    ChatRequest request = Objects.requireNonNull(call.request());
    boolean priced = bounds.stream().anyMatch(bound -> !bound.budget().isNone());
    Estimate estimate = Estimate.of(request, call.plan(), dollars, priced);
    Counters.Reservation reservation = counters.reserve(bounds, estimate);
    call.account().onClose(new Settling(reservation));
    return call.within(reservation.remaining().headers());
  }

  private final class Settling implements Account.Settlement {
    private final Counters.Reservation reservation;
    private final AtomicBoolean done = new AtomicBoolean();

    Settling(Counters.Reservation reservation) {
      this.reservation = reservation;
    }

    @Override
    public void settle(long tokens, @Nullable Long nanos, @Nullable String currency) {
      if (done.compareAndSet(false, true)) {
        reservation.settle(dollars.dollars(nanos, currency), tokens);
      }
    }
  }

  private List<Bound> bounds(ApiKey key, String model) {
    List<Bound> bounds = new ArrayList<>(4);
    add(bounds, SpentTable.key(key.id()), "this API key", key.rules(), model);
    Owner owner = key.owner();
    if (owner != null) {
      String what = "the owner '" + owner.id() + "'";
      add(bounds, SpentTable.owner(owner.id()), what, owner.rules(), model);
    }
    add(bounds, "", "all", modelLimits, model);
    return bounds;
  }

  private static void add(
      List<Bound> bounds, String subject, String what, Rules rules, String model) {
    if (!rules.limits().isNone() || !rules.budget().isNone()) {
      bounds.add(new Bound(subject, what, rules.limits(), rules.budget(), rules.zone()));
    }
    add(bounds, subject, what, rules.modelLimits(), model);
  }

  private static void add(
      List<Bound> bounds, String subject, String what, List<ModelLimits> limits, String model) {
    for (ModelLimits one : limits) {
      if (one.isFor(model)) {
        bounds.add(
            new Bound(
                subject + " model:" + one.model(),
                what + " with the model '" + one.model() + "'",
                one.limits(),
                Budget.NONE,
                ZoneOffset.UTC));
      }
    }
  }

  /** What a key has spent, in the time zone of its budget. */
  public Spent spent(String keyId, ZoneId zone) {
    return counters.spent(
        new Bound(SpentTable.key(keyId), "", dev.bactrian.key.Limits.NONE, Budget.NONE, zone));
  }

  @Override
  public void close() {
    counters.close();
  }
}
