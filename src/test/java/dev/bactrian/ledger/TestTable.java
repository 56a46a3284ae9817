package dev.bactrian.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An empty ledger table: in memory, or in the PostgreSQL whose JDBC address is in
 * BACTRIAN_TEST_POSTGRES.
 */
public final class TestTable {
  private TestTable() {}

  /** A table of its own for each call. */
  public static DataSource create() {
    String url = System.getenv("BACTRIAN_TEST_POSTGRES");
    DataSource database = url == null ? embedded() : postgres(url);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        InputStream in =
            Objects.requireNonNull(
                TestTable.class.getResourceAsStream("/db/migration/V2__ledger.sql"))) {
      statement.execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return database;
  }

  /** Puts rows into a table. */
  public static void add(DataSource database, LedgerRow... rows) throws SQLException {
    new RowStore(database, Tally.NONE).store(List.of(rows));
  }

  private static DataSource embedded() {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL(
        "jdbc:h2:mem:"
            + UUID.randomUUID()
            + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;DB_CLOSE_DELAY=-1");
    return database;
  }

  private static DataSource postgres(String url) {
    String schema = "test_" + UUID.randomUUID().toString().replace("-", "");
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(url);
    database.setReWriteBatchedInserts(true);
    database.setCurrentSchema(schema);
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + schema);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return database;
  }
}
