package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.credential.TokenCache.Token;
import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
  private static final int MANY = 32;

  private final TestClock clock = new TestClock(1_000);
  private final AtomicInteger fetched = new AtomicInteger();
  private volatile boolean down;

  /** Tokens t1, t2, .. that should be renewed after 100 ms and expire after 200. */
  private final TokenCache cache = new TokenCache(this::next, clock);

  private Token next(long now) {
    int number = fetched.incrementAndGet();
    if (down) {
      throw UpstreamException.noticed(ErrorClass.SERVER, "down");
    }
    return new Token("t" + number, now + 100, now + 200);
  }

  @Test
  void aTokenIsKeptUntilItShouldBeRenewed() {
    assertThat(cache.get()).isEqualTo("t1");
    clock.forward(99);
    assertThat(cache.get()).isEqualTo("t1");
    clock.forward(1);
    assertThat(cache.get()).isEqualTo("t2");
  }

  @Test
  void manyWhoNeedATokenFetchItOnce() throws Exception {
    CountDownLatch all = new CountDownLatch(MANY);
    TokenCache slow =
        new TokenCache(
            now -> {
              await(all);
              return next(now);
            },
            clock);

    assertThat(inParallel(slow, all)).containsOnly("t1").hasSize(MANY);
    assertThat(fetched).hasValue(1);
  }

  @Test
  void thoseWhoWaitShareAFailure() throws Exception {
    down = true;
    CountDownLatch failing = new CountDownLatch(1);
    CountDownLatch may = new CountDownLatch(1);
    TokenCache slow =
        new TokenCache(
            now -> {
              failing.countDown();
              await(may);
              return next(now);
            },
            clock);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Future<String> leader = threads.submit(slow::get);
      await(failing);
      Thread follower = new Thread(() -> assertThatThrownBy(slow::get).hasMessage("down"));
      follower.start();
      while (follower.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      may.countDown();
      follower.join();
      assertThatThrownBy(leader::get)
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(UpstreamException.class);
    } finally {
      threads.shutdown();
    }
    assertThat(fetched).hasValue(1);
  }

  @Test
  void theOldTokenServesWhileAnotherIsFetched() throws Exception {
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch may = new CountDownLatch(1);
    TokenCache slow =
        new TokenCache(
            now -> {
              if (fetched.get() > 0) {
                fetching.countDown();
                await(may);
              }
              return next(now);
            },
            clock);
    assertThat(slow.get()).isEqualTo("t1");
    clock.forward(150);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      Future<String> renewing = threads.submit(slow::get);
      await(fetching);
      assertThat(slow.get()).isEqualTo("t1");
      may.countDown();
      assertThat(renewing.get()).isEqualTo("t2");
    } finally {
      threads.shutdown();
    }
    assertThat(slow.get()).isEqualTo("t2");
  }

  @Test
  void aServiceThatIsDownHarmsNoOneWhileTheOldTokenLives() {
    assertThat(cache.get()).isEqualTo("t1");
    down = true;
    clock.forward(150);
    assertThat(cache.get()).isEqualTo("t1");
    assertThat(cache.get()).as("it is not asked each time").isEqualTo("t1");
    assertThat(fetched).hasValue(2);
  }

  @Test
  void anExpiredTokenIsNotUsed() {
    assertThat(cache.get()).isEqualTo("t1");
    down = true;
    clock.forward(200);
    assertThatThrownBy(cache::get).hasMessage("down");
    down = false;
    assertThat(cache.get()).isEqualTo("t3");
  }

  @Test
  void aRefusedTokenIsForgottenOnce() {
    assertThat(cache.get()).isEqualTo("t1");
    cache.forget("t1");
    assertThat(cache.get()).isEqualTo("t2");
    cache.forget("t1");
    assertThat(cache.get()).isEqualTo("t2");
  }

  @Test
  void aBugInASourceDoesNotLockTheCache() {
    AtomicInteger tries = new AtomicInteger();
    TokenCache broken =
        new TokenCache(
            now -> {
              if (tries.incrementAndGet() == 1) {
                throw new IllegalStateException("bug");
              }
              return next(now);
            },
            clock);
    assertThatThrownBy(broken::get).hasMessage("bug");
    assertThat(broken.get()).isEqualTo("t1");
  }

  @Test
  void aTokenIsNotShown() {
    assertThat(new Token("secret", 1).toString()).doesNotContain("secret");
  }

  private static List<String> inParallel(TokenCache cache, CountDownLatch started)
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(MANY);
    try {
      List<Future<String>> running = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        running.add(
            threads.submit(
                () -> {
                  started.countDown();
                  return cache.get();
                }));
      }
      List<String> tokens = new ArrayList<>();
      for (Future<String> each : running) {
        tokens.add(each.get(20, TimeUnit.SECONDS));
      }
      return tokens;
    } finally {
      threads.shutdown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
