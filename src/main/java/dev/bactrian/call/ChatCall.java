package dev.bactrian.call;

import dev.bactrian.chat.ChatRequest;
import dev.bactrian.chat.Usage;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.key.ApiKey;
import dev.bactrian.plan.Attempt;
import dev.bactrian.plan.Target;
import dev.bactrian.pool.Lease;
import dev.bactrian.resume.Resumption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way. Each step takes it from the exchange variable {@value #VARIABLE} and puts a
 * new one back.
 *
 * @param id the request id that the client sees
 * @param started when it came in, on {@link System#nanoTime}'s clock
 * @param client the client's end
 * @param lifetime how long it may go on
 * @param account what is written down of it
 * @param limits headers that tell the client of its limits
 * @param key who calls, null until that is known
 * @param request what is asked, null until it is read
 * @param plan the targets that were not tried yet
 * @param attempts the tries so far, the last one being under way or the one that answered
 * @param outcome how it ended, null while it runs
 * @param resumption a stream that may go on at another target when it is cut, null for others
 */
public record ChatCall(
    String id,
    long started,
    Client client,
    Lifetime lifetime,
    Account account,
    Map<String, String> limits,
    @Nullable ApiKey key,
    @Nullable ChatRequest request,
    List<Target> plan,
    List<Attempt> attempts,
    @Nullable Outcome outcome,
    @Nullable Resumption resumption) {
  /** The name of the exchange variable. */
  public static final String VARIABLE = "call";

  private static final HexFormat HEX = HexFormat.of();

  /**
   * How a call ended.
   *
   * @param status the HTTP status that was sent
   * @param usage the tokens as the provider told them, null where it did not
   * @param relayed an estimate of the tokens out that reached the client, where it is needed
   * @param finished whether the model has said all it wanted to, and the usage is of all that
   * @param failure what broke it after the status was sent, null if nothing
   * @param answered when the answer, or a stream's first content, was there, on {@link
   *     System#nanoTime}'s clock
   * @param skipped how many events of its stream could not be read and were passed over
   */
  public record Outcome(
      int status,
      @Nullable Usage usage,
      long relayed,
      boolean finished,
      @Nullable UpstreamException failure,
      long answered,
      int skipped) {
    /** How a call ended whose answer was no stream. */
    public Outcome(
        int status,
        @Nullable Usage usage,
        long relayed,
        boolean finished,
        @Nullable UpstreamException failure,
        long answered) {
      this(status, usage, relayed, finished, failure, answered, 0);
    }
  }

  /** A call that has just come in. */
  public static ChatCall begin(Client client, Lifetime lifetime) {
    return new ChatCall(
        newId(),
        System.nanoTime(),
        client,
        lifetime,
        Account.NONE,
        Map.of(),
        null,
        null,
        List.of(),
        List.of(),
        null,
        null);
  }

  /** A request id that no other request has. */
  public static String newId() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "req_" + HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
  }

  /** The same call with its key. */
  public ChatCall by(ApiKey who) {
    return new ChatCall(
        id,
        started,
        client,
        lifetime,
        account,
        limits,
        who,
        request,
        plan,
        attempts,
        outcome,
        resumption);
  }

  /** The same call with another way to its client. */
  public ChatCall through(Client other) {
    return new ChatCall(
        id,
        started,
        other,
        lifetime,
        account,
        limits,
        key,
        request,
        plan,
        attempts,
        outcome,
        resumption);
  }

  /** The same call with an account. */
  public ChatCall on(Account ledger) {
    return new ChatCall(
        id,
        started,
        client,
        lifetime,
        ledger,
        limits,
        key,
        request,
        plan,
        attempts,
        outcome,
        resumption);
  }

  /** The same call with headers that tell the client of its limits. */
  public ChatCall within(Map<String, String> headers) {
    return new ChatCall(
        id,
        started,
        client,
        lifetime,
        account,
        headers,
        key,
        request,
        plan,
        attempts,
        outcome,
        resumption);
  }

  /** The same call with its request. */
  public ChatCall asking(ChatRequest what) {
    return new ChatCall(
        id,
        started,
        client,
        lifetime,
        account,
        limits,
        key,
        what,
        plan,
        attempts,
        outcome,
        resumption);
  }

  /** The same call with the targets that are left. */
  public ChatCall planned(List<Target> targets) {
    return new ChatCall(
        id,
        started,
        client,
        lifetime,
        account,
        limits,
        key,
        request,
        targets,
        attempts,
        outcome,
        resumption);
  }

  /**
   * The same call under way to the first target of its plan.
   *
   * @param lease what the attempt has of the provider's pool, null where there is none
   */
  public ChatCall attempting(@Nullable Lease lease) {
    List<Attempt> all = new ArrayList<>(attempts);
    all.add(new Attempt(plan.get(0), System.nanoTime(), 0, null, lease, null));
    return new ChatCall(
        id,
        started,
        client,
        lifetime,
        account,
        limits,
        key,
        request,
        plan.subList(1, plan.size()),
        List.copyOf(all),
        outcome,
        resumption);
  }

  /** The same call with its last attempt failed before anything of its answer was sent. */
  public ChatCall failed(UpstreamException why) {
    return failed(why, null);
  }

  /**
   * The same call with its last attempt failed.
   *
   * @param part what of its answer was sent, null for nothing
   */
  public ChatCall failed(UpstreamException why, Attempt.@Nullable Part part) {
    List<Attempt> all = new ArrayList<>(attempts);
    int last = all.size() - 1;
    all.set(last, all.get(last).failed(why, part));
    return new ChatCall(
        id,
        started,
        client,
        lifetime,
        account,
        limits,
        key,
        request,
        plan,
        List.copyOf(all),
        outcome,
        resumption);
  }

  /** The same call at its end. */
  public ChatCall ended(Outcome how) {
    return new ChatCall(
        id,
        started,
        client,
        lifetime,
        account,
        limits,
        key,
        request,
        plan,
        attempts,
        how,
        resumption);
  }

  /** The same call with a stream that may go on at another target. */
  public ChatCall resumable(Resumption how) {
    return new ChatCall(
        id, started, client, lifetime, account, limits, key, request, plan, attempts, outcome, how);
  }

  /** The target of the last attempt, null before the first. */
  public @Nullable Target target() {
    return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1).target();
  }

  /** What the last attempt has of its provider's pool, null where there is none. */
  public @Nullable Lease lease() {
    return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1).lease();
  }

  /** Milliseconds since it came in. */
  public long elapsedMillis() {
    return (System.nanoTime() - started) / 1_000_000;
  }
}
