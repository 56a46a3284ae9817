package dev.bactrian.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseTest {
  private final Path folder;

  DatabaseTest(@TempDir Path temporary) {
    folder = temporary.resolve("data");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://u:s3cr t@host/db",
        "postgres://u:s3cr%zzt@host/db",
        "mysql://u:s3crt@host/db",
        "postgres://u:s3crt@host",
        "postgres:s3crt",
        "jdbc:postgresql://u:s3cr|t@host/db"
      })
  void anAddressThatCannotBeReadIsNotRepeated(String url) {
    assertThatThrownBy(() -> new Database(folder.toString(), url))
        .hasMessageContaining("BACTRIAN_DATABASE_URL")
        .hasMessageNotContainingAny("s3cr", "host")
        .hasNoCause();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://us%40er:p%2Fa%3Ass+@host:5433/db?sslmode=require",
        "postgresql://us%40er:p%2Fa%3Ass+@host:5433/db?sslmode=require",
        "jdbc:postgresql://host:5433/db?user=us%40er&sslmode=require&password=p%2Fa%3Ass+"
      })
  void theSecretIsNoPartOfTheAddress(String url) {
    DatabaseAddress address = DatabaseAddress.parse(url);

    assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://host:5433/db?sslmode=require");
    assertThat(address.user()).isEqualTo("us@er");
    assertThat(address.password()).isEqualTo("p/a:ss+");
    assertThat(address).hasToString("PostgreSQL at host:5433");
  }

  @Test
  void aServerThatIsAwayDoesNotHoldUpTheStart() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    try (Database database =
        new Database(folder.toString(), "postgres://me:s3crt@127.0.0.1:" + port + "/db")) {
      database.await();

      long began = System.nanoTime();
      assertThatThrownBy(database::getConnection)
          .isInstanceOf(SQLException.class)
          .hasMessageNotContaining("s3crt");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void aBrokenFileEndsTheStart() throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("bactrian.mv.db"), "no database ".repeat(2000));

    try (Database database = open()) {
      assertThatThrownBy(database::await).hasMessageContaining("cannot be used");
    }
  }

  @Test
  void aFileBelongsToOneProcessUntilThatIsKilled() throws Exception {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = other.inputReader();
        Database database = lateFor(out)) {
      assertThatThrownBy(database::await)
          .hasMessageContaining("another gateway uses this data folder");
    } finally {
      other.destroyForcibly().waitFor();
    }
    try (Database database = open()) {
      assertThat(changes(database)).isEqualTo(42);
    }
  }

  private Database lateFor(BufferedReader out) throws IOException {
    String line;
    do {
      line = out.readLine();
    } while (line != null && !line.equals("open"));
    return open();
  }

  /** Another gateway on the same folder. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      Database database = new Database(args[0], "");
      try (Connection connection = database.getConnection();
          Statement statement = connection.createStatement()) {
        statement.executeUpdate("UPDATE gateway SET changes = 42");
      }
      System.out.println("open");
      System.in.read();
    }
  }

  @Test
  void nobodyElseCanReadIt() throws IOException {
    try (Database database = open()) {
      database.await();
      assertThat(permissions(folder)).isEqualTo("rwx------");
      assertThat(permissions(folder.resolve("bactrian.mv.db"))).isEqualTo("rw-------");
    }
  }

  @Test
  void aSecondStartFindsWhatWasThere() throws SQLException {
    try (Database database = open();
        Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("UPDATE gateway SET changes = 7");
    }
    try (Database again = open()) {
      assertThat(changes(again)).isEqualTo(7);
    }
  }

  @Test
  void everyMigrationIsNamed() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/db/migration"))) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .containsExactlyInAnyOrderElementsOf(Migrations.FILES);
    }
  }

  private Database open() {
    return new Database(folder.toString(), "");
  }

  private static long changes(Database database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT changes FROM gateway")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
