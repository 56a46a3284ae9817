package dev.bactrian.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.bactrian.chat.Usage;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.provider.Breakers;
import dev.bactrian.provider.Limits;
import dev.bactrian.provider.MemberSettings;
import dev.bactrian.provider.PoolSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PoolTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Random random = new Random(11);
  private final Breakers breakers = new Breakers(4, 4, 50, 15_000, 30_000);
  private long now = 1_000 * SECOND;
  private final Pools pools =
      new Pools(breakers, false, 0, 10, 600_000, () -> now, () -> 1 - random.nextDouble());
  private final Pool pool = pools.of("north");
  private PoolSettings settings = PoolSettings.of(List.of());

  private static MemberSettings member(String name, double weight, Limits limits, String place) {
    return new MemberSettings(name, weight, limits, Map.of("apiKey", name), place);
  }

  private static MemberSettings member(String name, double weight) {
    return member(name, weight, Limits.NONE, "");
  }

  private void use(boolean sticky, MemberSettings... members) {
    settings = new PoolSettings(List.of(members), sticky, null, null);
    pool.use(settings);
  }

  private Lease lease(long conversation, long tokens, String... tried) {
    return lease("m", conversation, tokens, tried);
  }

  private Lease lease(String model, long conversation, long tokens, String... tried) {
    return new Lease(pool, settings, model, conversation, tokens, Set.of(tried));
  }

  private Lease take(String... tried) {
    Lease lease = lease(0, 0, tried);
    take(lease);
    return lease;
  }

  private String take(Lease lease) {
    try {
      return pool.take(lease, 1_000).name();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private UpstreamException refusal(Lease lease) {
    UpstreamException refusal =
        catchThrowableOfType(UpstreamException.class, () -> pool.take(lease, 1_000));
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private static UpstreamException failure(ErrorClass kind, int status, long retryAfter) {
    return new UpstreamException(kind, status, "told so", null, null, retryAfter);
  }

  private Map<String, Integer> spread(int calls) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < calls; i++) {
      Lease lease = lease(random.nextLong(), 0);
      counts.merge(take(lease), 1, Integer::sum);
      lease.end(null);
    }
    return counts;
  }

  @Test
  void callsAreSpreadByWeight() {
    for (boolean sticky : new boolean[] {false, true}) {
      use(sticky, member("a", 3), member("b", 1), member("c", 0.5));
      Map<String, Integer> counts = spread(9_000);
      // Four standard deviations of a binomial distribution are at most 190.
      assertThat(counts.get("a")).isCloseTo(6_000, within(190));
      assertThat(counts.get("b")).isCloseTo(2_000, within(190));
      assertThat(counts.get("c")).isCloseTo(1_000, within(190));
    }
  }

  @Test
  void callsAreSpreadByTheRoomThatIsLeft() {
    Limits four = new Limits(0, 0, 0, 0, 4);
    use(false, member("a", 1, four, ""), member("b", 1, four, ""));
    List<Lease> held = Stream.generate(() -> lease(0, 0, "b")).limit(3).toList();
    held.forEach(lease -> assertThat(take(lease)).isEqualTo("a"));
    // One of four places is left at a, all four at b.
    assertThat(spread(5_000).get("b")).isCloseTo(4_000, within(120));
  }

  @Test
  void aConversationStaysWhileItsMemberHasRoomAndReturnsToIt() {
    Limits one = new Limits(0, 0, 0, 0, 1);
    use(true, member("a", 1, one, ""), member("b", 1, one, ""));
    Lease first = lease(42, 0);
    String home = take(first);
    Lease second = lease(42, 0);
    assertThat(take(second)).isNotEqualTo(home);
    first.end(null);
    assertThat(take(lease(42, 0))).isEqualTo(home);
  }

  @Test
  void aMemberThatGoesMovesItsOwnConversationsOnly() {
    use(true, member("a", 1), member("b", 1), member("c", 1));
    Map<Long, String> before = new HashMap<>();
    for (long conversation = 0; conversation < 3_000; conversation++) {
      before.put(conversation, take(lease(conversation, 0)));
    }
    use(true, member("a", 1), member("c", 1));
    before.forEach(
        (conversation, home) -> {
          if (!home.equals("b")) {
            assertThat(take(lease(conversation, 0))).isEqualTo(home);
          }
        });
    use(true, member("a", 1), member("c", 1), member("b", 1));
    before.forEach(
        (conversation, home) -> assertThat(take(lease(conversation, 0))).isEqualTo(home));
  }

  @Test
  void whatHasFailedACallComesLast() {
    use(false, member("a", 1000), member("b", 1));
    for (int i = 0; i < 100; i++) {
      assertThat(take("a").name()).isEqualTo("b");
    }
    assertThat(take("a", "b").name()).isNotNull();
  }

  @Test
  void aRateLimitRestsTheMemberForAsLongAsItAsks() {
    use(false, member("a", 1));
    assertThat(take().failed(failure(ErrorClass.RATE, 429, 20_000))).isFalse();
    UpstreamException busy = refusal(lease(0, 0));
    assertThat(busy.errorClass()).isEqualTo(ErrorClass.BUSY);
    assertThat(busy.retryAfterMillis()).isBetween(20_000L, 20_001L);
    now += 20 * SECOND;
    Lease again = take();
    take();
    // Without a word it rests for a second, then for two and so on, until it answers.
    again.failed(failure(ErrorClass.RATE, 429, -1));
    now += 2 * SECOND;
    Lease third = take();
    third.failed(failure(ErrorClass.RATE, 429, -1));
    assertThat(refusal(lease(0, 0)).retryAfterMillis()).isBetween(4_000L, 4_001L);
    now += 4 * SECOND;
    take().answered();
    take().failed(failure(ErrorClass.RATE, 429, -1));
    assertThat(refusal(lease(0, 0)).retryAfterMillis()).isBetween(1_000L, 1_001L);
  }

  @Test
  void anotherModelDoesNotRest() {
    use(false, member("a", 1));
    take().failed(failure(ErrorClass.RATE, 429, 20_000));
    assertThat(pool.isOut("m")).isTrue();
    assertThat(pool.isOut("n")).isFalse();
    take(lease("n", 0, 0));
    assertThat(refusal(lease(0, 0)).errorClass()).isEqualTo(ErrorClass.BUSY);
    assertThat(pool.seen().members().get(0).restingModels()).containsOnlyKeys("m");
    now += 20 * SECOND;
    assertThat(pool.seen().members().get(0).restingModels()).isEmpty();
  }

  @Test
  void noRestIsLongerThanAMemberIsSetAside() {
    use(false, member("a", 1));
    take().failed(failure(ErrorClass.RATE, 429, 86_400_000));
    assertThat(refusal(lease(0, 0)).retryAfterMillis()).isBetween(600_000L, 600_001L);
  }

  @Test
  void aMemberThatIsSetAsideIsTriedByOneCallWhenTheTimeIsOver() {
    use(false, member("a", 1));
    take().failed(failure(ErrorClass.BILLING, 402, -1));
    assertThat(refusal(lease(0, 0)).errorClass()).isEqualTo(ErrorClass.UNAVAILABLE);
    now += 600 * SECOND;
    Lease trial = take();
    assertThat(refusal(lease(0, 0)).errorClass()).isEqualTo(ErrorClass.UNAVAILABLE);
    trial.failed(failure(ErrorClass.BILLING, 402, -1));
    assertThat(refusal(lease(0, 0)).errorClass()).isEqualTo(ErrorClass.UNAVAILABLE);
    now += 600 * SECOND;
    Lease left = take();
    left.failed(failure(ErrorClass.ABORT, 0, -1));
    Lease second = take();
    second.answered();
    take();
    assertThat(pools.of("north").seen().members().get(0).state()).isEqualTo("live");
  }

  @Test
  void failuresPutAMemberOutAndAFailedTrialDoesAgain() {
    use(false, member("a", 1));
    for (int i = 0; i < 4; i++) {
      take().failed(failure(ErrorClass.SERVER, 500, -1));
    }
    assertThat(refusal(lease(0, 0)).errorClass()).isEqualTo(ErrorClass.UNAVAILABLE);
    assertThat(pool.isOut("m")).isTrue();
    now += 15 * SECOND;
    assertThat(pool.isOut("m")).isFalse();
    take().failed(failure(ErrorClass.SERVER, 500, -1));
    assertThat(refusal(lease(0, 0)).errorClass()).isEqualTo(ErrorClass.UNAVAILABLE);
    now += 15 * SECOND;
    take().answered();
    take().failed(failure(ErrorClass.SERVER, 500, -1));
    take();
  }

  @Test
  void aTrialThatHangsIsFollowedByAnother() {
    use(false, member("a", 1));
    for (int i = 0; i < 4; i++) {
      take().failed(failure(ErrorClass.SERVER, 500, -1));
    }
    now += 15 * SECOND;
    Lease hanging = take();
    assertThat(refusal(lease(0, 0)).errorClass()).isEqualTo(ErrorClass.UNAVAILABLE);
    now += 15 * SECOND;
    take();
    assertThat(refusal(lease(0, 0)).errorClass()).isEqualTo(ErrorClass.UNAVAILABLE);
    hanging.answered();
    take();
    assertThat(pool.seen().members().get(0).state()).isEqualTo("live");
  }

  @Test
  void aTrialThatIsToldToWaitIsFollowedByOneThatHasWaited() {
    use(false, member("a", 1));
    for (int i = 0; i < 4; i++) {
      take().failed(failure(ErrorClass.SERVER, 500, -1));
    }
    now += 15 * SECOND;
    take().failed(failure(ErrorClass.OVERLOAD, 503, 25_000));
    now += 20 * SECOND;
    assertThat(refusal(lease(0, 0)).errorClass()).isEqualTo(ErrorClass.UNAVAILABLE);
    now += 5 * SECOND;
    take();
  }

  @Test
  void anotherKeyIsTriedForWhatIsTheKeysFaultAndAnotherPlaceForTheRest() {
    use(
        false,
        member("a", 1, Limits.NONE, "here"),
        member("b", 1, Limits.NONE, "here"),
        member("c", 1, Limits.NONE, "there"));
    for (ErrorClass kind : List.of(ErrorClass.RATE, ErrorClass.SERVER, ErrorClass.NOT_FOUND)) {
      boolean key = kind == ErrorClass.RATE;
      assertThat(take("b", "c").failed(failure(kind, 0, 0))).as("%s, none left", kind).isFalse();
      assertThat(take("a", "c").failed(failure(kind, 0, 0))).as("%s, a is tried", kind).isFalse();
      Lease a = lease(0, 0, "c");
      take(a);
      assertThat(a.failed(failure(kind, 0, 0))).as("%s, one here", kind).isEqualTo(key);
      assertThat(take("a").failed(failure(kind, 0, 0))).as("%s, one there", kind).isTrue();
    }
    assertThat(take().failed(failure(ErrorClass.BAD_REQUEST, 400, -1))).isFalse();
  }

  @Test
  void tokensAreReservedAndSettled() {
    use(false, member("a", 1, new Limits(0, 0, 100, 0, 0), ""));
    Lease first = lease(0, 60);
    take(first);
    assertThat(refusal(lease(0, 60)).errorClass()).isEqualTo(ErrorClass.BUSY);
    first.end(new Usage(30, 0, 0, 10, 0));
    first.end(new Usage(0, 0, 0, 0, 0));
    Lease second = lease(0, 60);
    take(second);
    assertThat(refusal(lease(0, 1)).errorClass()).isEqualTo(ErrorClass.BUSY);
    second.failed(failure(ErrorClass.SERVER, 500, -1));
    take(lease(0, 60));
  }

  @Test
  void aMemberIsGivenBackOnce() {
    use(false, member("a", 1, new Limits(0, 0, 0, 0, 1), ""));
    Lease lease = take();
    lease.failed(failure(ErrorClass.SERVER, 500, -1));
    lease.end(null);
    lease.end(null);
    take();
    refusal(lease(0, 0));
  }

  @Test
  void aCallOfAnOlderEditionUsesWhatBothKnowOrWhatHasGone() {
    use(false, member("a", 1), member("b", 1));
    Lease old = lease(0, 0);
    Lease older = lease(0, 0);
    use(false, member("b", 1), member("c", 1));
    assertThat(take(old)).isEqualTo("b");
    use(false, member("c", 1));
    assertThat(take(older)).isEqualTo("b");
    assertThat(take().name()).isEqualTo("c");
  }
}
