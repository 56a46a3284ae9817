package dev.bactrian.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.cache.AnswerCache.Entry;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerCacheTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final AnswerCache cache = new AnswerCache(now::get);

  private static Entry entry(int bytes) {
    return new Entry(false, new byte[bytes]);
  }

  @Test
  void anAnswerIsGivenUntilItIsTooOld() {
    cache.setSeconds(10);
    cache.put("a", entry(3));
    now.addAndGet(TimeUnit.SECONDS.toNanos(10) - 1);
    assertThat(Objects.requireNonNull(cache.get("a")).bytes()).hasSize(3);
    now.incrementAndGet();
    assertThat(cache.get("a")).isNull();
    assertThat(cache.size()).isZero();
  }

  @Test
  void theOneThatWasNotUsedForTheLongestTimeGoesFirst() {
    cache.setAnswers(2);
    cache.put("a", entry(1));
    cache.put("b", entry(1));
    assertThat(cache.get("a")).isNotNull();
    cache.put("c", entry(1));
    assertThat(cache.get("b")).isNull();
    assertThat(cache.get("a")).isNotNull();
    assertThat(cache.get("c")).isNotNull();
  }

  @Test
  void itHoldsNoMoreBytesThanItMay() {
    cache.setBytes(100);
    assertThat(cache.longest()).isEqualTo(12);
    for (int i = 0; i < 20; i++) {
      cache.put("k" + i, entry(12));
    }
    assertThat(cache.size()).isEqualTo(8);
    cache.put("k19", entry(4));
    cache.put("k19", entry(4));
    assertThat(cache.size()).isEqualTo(8);
    cache.put("new", entry(12));
    assertThat(cache.size()).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":1,\"b\":[{\"c\":2,\"d\":\"x\"}]} | { \"b\":[{\"d\":\"\\u0078\",\"c\":2}] , \"a\":1} | true",
        "{\"a\":[1,2]} | {\"a\":[2,1]} | false",
        "{\"a\":\"1\"} | {\"a\":1} | false",
        "{\"a\":null} | {} | false",
        "{\"a\":0.5} | {\"a\":0.50} | true"
      })
  void theKeyIsOfWhatTheRequestSays(String one, String other, boolean same) {
    assertThat(key("ann", one).equals(key("ann", other))).isEqualTo(same);
    assertThat(key("ann", one)).isNotEqualTo(key("bob", one));
  }

  private static String key(String who, String json) {
    return AnswerCache.key(who, json.getBytes(StandardCharsets.UTF_8));
  }
}
