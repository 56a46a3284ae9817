package dev.bactrian.pool;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.provider.MemberSettings;
import dev.bactrian.provider.PoolSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The members of one pool, and which of them a call gets. Guarded by the pool's lock. */
final class Roster {
  private final String provider;
  private final Pools pools;
  private List<Member> members = List.of();
  private List<Member> retired = List.of();
  private PoolSettings settings = PoolSettings.of(List.of());

  Roster(String provider, Pools pools) {
    this.provider = provider;
    this.pools = pools;
  }

  PoolSettings settings() {
    return settings;
  }

  List<Member> members() {
    return members;
  }

  /** Has these members from now on; those whose parameters are the same keep what is known. */
  void use(PoolSettings next, long now) {
    List<Member> all = new ArrayList<>();
    next.members().forEach(member -> all.add(member(member, now)));
    retired = members.stream().filter(member -> !all.contains(member)).toList();
    members = List.copyOf(all);
    settings = next;
  }

  private Member member(MemberSettings next, long now) {
    for (Member member : members) {
      MemberSettings before = member.settings();
      if (before.name().equals(next.name()) && before.properties().equals(next.properties())) {
        if (!before.equals(next)) {
          member.change(next);
        }
        return member;
      }
    }
    return pools.member(provider, next, now);
  }

  /**
   * The members that a call can have. An older edition has no kamelet for members that are new; a
   * call in it for which all have gone uses those.
   */
  private List<Member> of(Lease lease) {
    if (lease.known == settings) {
      return members;
    }
    List<Member> known = known(lease, members);
    return known.isEmpty() ? known(lease, retired) : known;
  }

  private static List<Member> known(Lease lease, List<Member> some) {
    return some.stream().filter(member -> lease.known.has(member.name())).toList();
  }

  /** The best member that has room for a call, one that has not failed it if possible. */
  @Nullable Member best(Lease lease, long now) {
    Member best = null;
    boolean bestIsFresh = false;
    double bestScore = 0;
    for (Member member : of(lease)) {
      if (member.hasRoom(lease, now)) {
        boolean fresh = !lease.tried.contains(member.name());
        double score = score(member, lease, now);
        if (best == null || (fresh == bestIsFresh ? score > bestScore : fresh)) {
          best = member;
          bestIsFresh = fresh;
          bestScore = score;
        }
      }
    }
    return best;
  }

  /** A race that each member wins as often as it weighs. */
  private double score(Member member, Lease lease, long now) {
    double weight = member.settings().weight();
    if (pools.isSticky(settings)) {
      return Math.log(Chance.of(lease.conversation, member.name())) / weight;
    }
    return Math.log(pools.chance()) / (weight * member.room(now));
  }

  /** Nanoseconds until a call can have a member, as far as that is a matter of time. */
  long soonest(Lease lease, long now) {
    long soonest = Long.MAX_VALUE;
    for (Member member : of(lease)) {
      soonest = Math.min(soonest, member.readyIn(lease.model, lease.tokens, now));
    }
    return soonest;
  }

  /** Whether all members that a call can have are out for another reason than limits. */
  boolean isOut(Lease lease, long now) {
    return of(lease).stream().allMatch(member -> member.isOut(now));
  }

  /**
   * Whether another member could do what one has not: another key where it was the key's fault, one
   * at another endpoint else.
   *
   * @param patience how many nanoseconds a call may wait for it
   */
  boolean isAnother(Lease lease, Member failed, ErrorClass why, long now, long patience) {
    boolean anyKey = why == ErrorClass.AUTH || why == ErrorClass.BILLING || why == ErrorClass.RATE;
    String place = failed.settings().place();
    for (Member member : of(lease)) {
      if (member != failed
          && !lease.tried.contains(member.name())
          && (anyKey || !member.settings().place().equals(place))
          && member.readyIn(lease.model, lease.tokens, now) <= patience) {
        return true;
      }
    }
    return false;
  }
}
