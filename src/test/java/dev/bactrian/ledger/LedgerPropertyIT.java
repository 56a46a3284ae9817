package dev.bactrian.ledger;

import dev.bactrian.kit.Gateway;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;

/** One node with the embedded database. */
class LedgerPropertyIT extends LedgerProperty {
  private final Path data;

  LedgerPropertyIT(@TempDir Path data) {
    this.data = data;
  }

  @Override
  List<Path> folders() {
    return List.of(data);
  }

  @Override
  Map<String, String> settings() {
    return Map.of();
  }

  @Override
  String key() {
    return Gateway.KEY;
  }

  @Override
  void trouble(Random random) {}

  @Override
  Map<String, LedgerRow> rows() throws Exception {
    try (Gateway last = Gateway.with().set("bactrian.data", data.toString()).start()) {
      Map<String, LedgerRow> rows = Ledgers.all(last);
      Ledgers.assertSummedUp(last, rows.values());
      return rows;
    }
  }
}
