package dev.bactrian.key;

import dev.bactrian.kit.PostgresProcess;
import dev.bactrian.storage.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What a key costs among few keys and among a million: run it with the numbers of keys, 20,000 or
 * more, in a JVM of 256 MiB, and with {@code postgres} before them for a PostgreSQL. It makes them,
 * starts anew, and looks some of them up, each for the first time.
 */
public final class ManyKeys {
  private static final int BATCH = 10_000;
  private static final int LOOKUPS = 20_000;

  private ManyKeys() {}

  /** Prints it. */
  public static void main(String[] arguments) throws Exception {
    boolean shared = arguments[0].equals("postgres");
    for (int i = shared ? 1 : 0; i < arguments.length; i++) {
      int count = Integer.parseInt(arguments[i]);
      if (shared) {
        try (PostgresProcess postgres = PostgresProcess.begin()) {
          run(postgres.url(), count);
        }
      } else {
        run("", count);
      }
    }
  }

  private static void run(String url, int count) throws Exception {
    Path data = Files.createTempDirectory("bactrian-keys");
    long began = System.nanoTime();
    try (Database database = new Database(data.toString(), url);
        Keys keys = open(database, data)) {
      fill(database, keys.hash(), count);
    }
    System.out.printf("%,d keys made in %,d ms%n", count, (System.nanoTime() - began) / 1_000_000);
    began = System.nanoTime();
    try (Database database = new Database(data.toString(), url);
        Keys keys = open(database, data)) {
      System.out.printf("open after %,d ms%n", (System.nanoTime() - began) / 1_000_000);
      measure(keys, count);
    }
  }

  private static Keys open(Database database, Path data) {
    database.await();
    Keys keys = new Keys(database, data.toString(), "", "", 60_000, new SharedLimits());
    keys.open();
    return keys;
  }

  private static String id(int number) {
    return String.format(Locale.ROOT, "%012x", number);
  }

  private static String text(int number) {
    return KeyText.PREFIX + id(number) + "-" + "0".repeat(40);
  }

  private static void fill(Database database, KeyHash hash, int count) throws SQLException {
    try (Connection connection = database.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO client_keys (id, name, disabled, deleted, rules, hash, created_at, changed)"
                    + " VALUES (?, ?, FALSE, FALSE, '{}', ?, 0, 0)")) {
      connection.setAutoCommit(false);
      for (int i = 0; i < count; i++) {
        insert.setString(1, id(i));
        insert.setString(2, "key number " + i);
        insert.setString(3, hash.of(text(i)));
        insert.addBatch();
        if (i % BATCH == BATCH - 1 || i == count - 1) {
          insert.executeBatch();
          connection.commit();
        }
      }
    }
  }

  private static void measure(Keys keys, int count) {
    List<Integer> numbers =
        new ArrayList<>(
            IntStream.range(0, LOOKUPS).map(i -> i * (count / LOOKUPS)).boxed().toList());
    Collections.shuffle(numbers, new Random(1));
    long[] nanos = new long[LOOKUPS];
    for (int i = 0; i < LOOKUPS; i++) {
      String text = text(numbers.get(i));
      long before = System.nanoTime();
      if (keys.find(text) == null) {
        throw new IllegalStateException(text);
      }
      nanos[i] = System.nanoTime() - before;
    }
    Arrays.sort(nanos);
    System.out.printf("first look-up p50 %,d us, p99 %,d us%n", at(nanos, 50), at(nanos, 99));
    String text = text(0);
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      long before = System.nanoTime();
      for (int i = 0; i < 100_000; i++) {
        keys.find(text);
      }
      best = Math.min(best, (System.nanoTime() - before) / 100_000);
    }
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long used = (runtime.totalMemory() - runtime.freeMemory()) >> 20;
    System.out.printf("look-up from the cache %d ns; heap %d MiB%n", best, used);
  }

  private static long at(long[] sorted, int percent) {
    return sorted[sorted.length * percent / 100] / 1_000;
  }
}
