package dev.bactrian.limit;

import dev.bactrian.call.ChatCall;
import dev.bactrian.call.Lifetime;
import dev.bactrian.catalogue.Catalogues;
import dev.bactrian.chat.ChatRequest;
import dev.bactrian.key.ApiKey;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Keys;
import dev.bactrian.key.Rules;
import dev.bactrian.key.SharedLimits;
import dev.bactrian.kit.NoClient;
import dev.bactrian.kit.Reply;
import dev.bactrian.ledger.Ledger;
import dev.bactrian.ledger.LedgerSettings;
import dev.bactrian.plan.Target;
import dev.bactrian.storage.Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * What a call pays for its key and its limits, in nanoseconds. Run it on a quiet machine: {@code
 * java -cp target/classes:target/test-classes:... dev.bactrian.limit.AdmissionCost}.
 */
public final class AdmissionCost {
  private static final int CALLS = 300_000;
  private static final int ROUNDS = 8;
  private static final String LIMITED =
      "{\"requests_per_minute\":1000000000,\"tokens_per_minute\":10000000000,"
          + "\"concurrent_requests\":1000,"
          + "\"budget\":{\"day_nanos\":4000000000000000,\"month_nanos\":4000000000000000}}";
  private static volatile Object sink = "";

  private AdmissionCost() {}

  /** Prints it. */
  public static void main(String[] arguments) throws Exception {
    Path data = Files.createTempDirectory("bactrian-cost");
    try (Database database = new Database(data.toString(), "");
        Keys keys = new Keys(database, data.toString(), "", "", 50, new SharedLimits())) {
      database.await();
      keys.open();
      measure(database, keys);
    }
  }

  private static void measure(Database database, Keys keys) throws Exception {
    KeyAdministration administration = new KeyAdministration(database, keys, 0);
    String plain = administration.create("plain", null, null, Rules.NONE).text();
    String limited =
        administration.create("limited", null, null, Rules.read(Reply.json(LIMITED))).text();
    String given = "sk-" + "g".repeat(40);
    Keys own =
        new Keys(
            database,
            Files.createTempDirectory("cost").toString(),
            given,
            "",
            50,
            new SharedLimits());
    SharedLimits shared = new SharedLimits();
    LedgerSettings careless = LedgerSettings.of(false, 5, 1L << 30, "refuse", 0);
    String data = Files.createTempDirectory("ledger").toString();
    try (Ledger ledger = new Ledger(data, database, careless);
        Counters counters = new LocalCounters(new SpentReader(database, ledger, 50), 50, true);
        Admission admission = new Admission(new Dollars(), counters, shared, true)) {
      ledger.start();
      print("the operator's key", () -> own.find(given));
      print("a key from the cache", () -> keys.find(plain));
      ChatCall free = call(Objects.requireNonNull(keys.find(plain)));
      print("no limits", () -> admission.admit(free));
      ChatCall bound = call(Objects.requireNonNull(keys.find(limited)));
      print("four limits and two budgets", () -> admit(admission, bound));
    }
    own.close();
  }

  private static ChatCall call(ApiKey key) throws Exception {
    String body =
        "{\"model\":\"openai/gpt-4.1-mini\",\"max_tokens\":50,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hello there, how are you?\"}]}";
    ChatRequest request = ChatRequest.read(body.getBytes(StandardCharsets.UTF_8));
    Target target =
        new Target(
            Objects.requireNonNull(new Catalogues("").current().find("openai/gpt-4.1-mini")),
            "",
            0);
    return ChatCall.begin(new NoClient(), new Lifetime(600_000))
        .by(key)
        .asking(request)
        .planned(List.of(target));
  }

  private static Object admit(Admission admission, ChatCall call) {
    OneAccount account = new OneAccount();
    ChatCall admitted = admission.admit(call.on(account));
    account.settle(20, 100_000L);
    return admitted;
  }

  private static void print(String what, Supplier<Object> work) {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long began = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        sink = work.get();
      }
      best = Math.min(best, (System.nanoTime() - began) / (double) CALLS);
    }
    System.out.printf(Locale.ROOT, "%-32s %6.0f ns%n", what, best);
  }
}
