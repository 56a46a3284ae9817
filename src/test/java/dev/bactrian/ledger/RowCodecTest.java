package dev.bactrian.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.ledger.LedgerRow.Ending;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class RowCodecTest {
  private static final long SEED = 11;
  private static final String[] TEXTS = {
    "", "a", "gpt-4.1-mini", "模型", "é\u0000?", "x".repeat(200)
  };

  @Test
  void whatIsReadIsWhatWasWritten() throws IOException {
    Random random = new Random(SEED);
    for (int i = 0; i < 2000; i++) {
      LedgerRow row = random(random);
      ByteBuffer bytes = written(row);
      assertThat(RowCodec.read(bytes)).isEqualTo(row);
      assertThat(bytes.hasRemaining()).isFalse();
    }
  }

  @Test
  void nothingAndUnknownStayApart() throws IOException {
    LedgerRow free = TestRows.withCost("a", 0L);
    LedgerRow unknown = TestRows.withCost("a", null);
    assertThat(RowCodec.read(written(free)).cost()).isZero();
    assertThat(RowCodec.read(written(unknown)).cost()).isNull();
  }

  @Test
  void whatALaterVersionAppendsIsPassedOver() throws IOException {
    LedgerRow row = TestRows.row("a");
    ByteBuffer bytes = written(row);
    byte[] longer = Arrays.copyOf(bytes.array(), bytes.limit() + 10);
    longer[0] = 2;
    assertThat(RowCodec.read(ByteBuffer.wrap(longer))).isEqualTo(row);
  }

  @RepeatedTest(5)
  void whatIsNoRowIsSaid() {
    byte[] bytes = written(random(new Random())).array();
    for (int length = 0; length < 40; length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(bytes, length)).slice();
      assertThatThrownBy(() -> RowCodec.read(cut)).isInstanceOf(IOException.class);
    }
    byte[] noEnding = bytes.clone();
    noEnding[1] = 99;
    assertThatThrownBy(() -> RowCodec.read(ByteBuffer.wrap(noEnding)))
        .isInstanceOf(IOException.class);
  }

  private static ByteBuffer written(LedgerRow row) {
    ByteBuffer out = ByteBuffer.allocate(1 << 14);
    RowCodec.write(row, out);
    return out.flip();
  }

  private static LedgerRow random(Random random) {
    Ending[] endings = Ending.values();
    return new LedgerRow(
        "req_0123456789abcdef0123456789abcdef",
        number(random),
        text(random),
        text(random),
        text(random),
        text(random),
        text(random),
        text(random),
        random.nextInt(Integer.MAX_VALUE),
        text(random),
        number(random),
        number(random),
        number(random),
        number(random),
        number(random),
        random.nextBoolean(),
        optional(random),
        text(random),
        random.nextBoolean() ? null : LocalDate.ofEpochDay(random.nextInt(40_000)),
        optional(random),
        optional(random),
        endings[random.nextInt(endings.length)],
        text(random),
        random.nextInt(600),
        random.nextBoolean());
  }

  private static long number(Random random) {
    return random.nextLong() >>> random.nextInt(Long.SIZE);
  }

  private static @Nullable Long optional(Random random) {
    return random.nextBoolean() ? null : Long.valueOf(number(random));
  }

  private static @Nullable String text(Random random) {
    int which = random.nextInt(TEXTS.length + 1);
    return which == TEXTS.length ? null : TEXTS[which];
  }
}
