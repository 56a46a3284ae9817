package dev.bactrian.limit;

import dev.bactrian.call.Account;
import dev.bactrian.call.ChatCall;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.error.ApiException;
import dev.bactrian.key.ApiKey;
import dev.bactrian.key.Bound;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Limits;
import dev.bactrian.key.Rules;
import dev.bactrian.key.SharedLimits;
import dev.bactrian.ledger.Ledger;
import dev.bactrian.limit.Counters.Reservation;
import dev.bactrian.plan.Target;
import dev.bactrian.storage.Database;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets calls in as far as the limits and budgets of key, owner and model have room for them. */
public final class Admission implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final Dollars dollars;
  private final SharedLimits shared;
  private final boolean unpriced;
  private final Counters counters;

  /**
   * An admission with the counters that are set.
   *
   * @param ledger says what was spent before
   * @param shared limits of models for all keys together
   */
  public Admission(
      Dollars dollars,
      Database database,
      Ledger ledger,
      SharedLimits shared,
      AdmissionSettings settings,
      Vertx vertx,
      KeyAdministration administration) {
    this(dollars, counters(database, ledger, settings, vertx), shared, settings.unpriced());
    administration.onBudget(counters::forget);
    if (settings.redisUrl().isBlank() && !database.isEmbedded()) {
      LOG.warn("Without BACTRIAN_REDIS_URL each node has limits and budgets of its own");
    }
  }

  private static Counters counters(
      Database database, Ledger ledger, AdmissionSettings settings, Vertx vertx) {
    long wait = database.patience(settings.waitMillis());
    SpentReader reader = new SpentReader(database, ledger, wait);
    LocalCounters local = new LocalCounters(reader, wait, settings.refuse());
    return settings.redisUrl().isBlank()
        ? local
        : new RedisCounters(vertx, settings, local, reader);
  }

  /** Connects to what it needs; returns when it is known whether that is there. */
  public void open() {
    counters.open();
  }

  Admission(Dollars dollars, Counters counters, SharedLimits shared, boolean unpriced) {
    this.dollars = dollars;
    this.counters = counters;
    this.shared = shared;
    this.unpriced = unpriced;
  }

  /**
   * Lets a call in that is planned; what it has taken is settled when its account is closed.
   *
   * @throws ApiException 429 when there is no room, 403 when no model has a price that a budget
   *     needs
   */
  public ChatCall admit(ChatCall call) {
    ApiKey key = Objects.requireNonNull(call.key());
    List<Bound> bounds = bounds(key, call.plan().get(0).id());
    if (bounds.isEmpty()) {
      call.account().onClose(new Settling(call.id(), key.subjects(), null));
      return call;
    }
    ChatRequest request = Objects.requireNonNull(call.request());
    boolean priced = bounds.stream().anyMatch(bound -> bound.budget().isInMoney());
    List<Target> targets = call.plan();
    if (priced && !unpriced) {
      targets = targets.stream().filter(dollars::knows).toList();
      if (targets.isEmpty()) {
        throw notPriced(call.plan().get(0).id());
      }
    }
    Estimate estimate = Estimate.of(request, targets, dollars, priced);
    Reservation reservation = counters.reserve(bounds, estimate);
    call.account().onClose(new Settling(call.id(), key.subjects(), reservation));
    ChatCall admitted = call.within(reservation.remaining().headers());
    return targets.size() == call.plan().size() ? admitted : admitted.planned(targets);
  }

  private static ApiException notPriced(String model) {
    return new ApiException(
        403,
        "permission_error",
        "model_not_priced",
        "model",
        "The price of '" + model + "' is not known here, and this API key has a budget.");
  }

  private List<Bound> bounds(ApiKey key, String model) {
    List<Bound> own = key.bounds();
    List<Bound> forAll = shared.bounds();
    if (forAll.isEmpty() && !key.isBoundByModel()) {
      return own;
    }
    List<Bound> bounds = new ArrayList<>(own.size() + forAll.size());
    for (Bound bound : own) {
      if (bound.isFor(model)) {
        bounds.add(bound);
      }
    }
    for (Bound bound : forAll) {
      if (bound.isFor(model)) {
        bounds.add(bound);
      }
    }
    return bounds;
  }

  private final class Settling implements Account.Settlement {
    private final long started = System.currentTimeMillis();
    private final AtomicBoolean done = new AtomicBoolean();
    private final String id;
    private final List<String> subjects;
    private final @Nullable Reservation reservation;

    Settling(String id, List<String> subjects, @Nullable Reservation reservation) {
      this.id = id;
      this.subjects = subjects;
      this.reservation = reservation;
    }

    @Override
    public void settle(long tokens, @Nullable Long nanos, @Nullable String currency) {
      if (done.compareAndSet(false, true)) {
        Purse.Settled call =
            new Purse.Settled(id, started, dollars.dollars(nanos, currency), tokens);
        if (reservation == null) {
          counters.add(subjects, call);
        } else {
          reservation.settle(call);
        }
      }
    }
  }

  /** What a key or an owner with some rules has spent, by its {@link Bound#subject}. */
  public Spent spent(String subject, Rules rules) {
    return counters.spent(new Bound(subject, "", null, Limits.NONE, rules.budget(), rules.zone()));
  }

  @Override
  public void close() {
    counters.close();
  }
}
