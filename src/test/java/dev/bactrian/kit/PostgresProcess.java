package dev.bactrian.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL with an empty database. It does not run as root, so root runs it as {@code
 * postgres}.
 */
public final class PostgresProcess extends StoreProcess {
  private static final boolean ROOT = System.getProperty("user.name").equals("root");

  private final String server = Objects.requireNonNull(installed(), "postgres");

  private PostgresProcess() {}

  /** Makes and starts one. */
  public static PostgresProcess begin() {
    PostgresProcess postgres = new PostgresProcess();
    postgres.make();
    postgres.start();
    return postgres;
  }

  /** Its binary, the newest where there are several; null where there is none. */
  static @Nullable String installed() {
    return find("postgres", folders());
  }

  private static List<String> folders() {
    List<String> folders = new ArrayList<>(List.of("/usr/bin", "/usr/local/bin"));
    Path debian = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> versions = Files.list(debian)) {
        versions.sorted().forEach(version -> folders.add(0, version.resolve("bin").toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return folders;
  }

  private void make() {
    if (ROOT) {
      run(List.of("chown", "postgres", folder().toString()));
    }
    String init = Path.of(server).resolveSibling("initdb").toString();
    run(asUser(init, "-D", data(), "-U", "bactrian", "-A", "trust", "-E", "UTF8", "--no-sync"));
  }

  private String data() {
    return folder().resolve("data").toString();
  }

  private static List<String> asUser(String... command) {
    List<String> all = new ArrayList<>();
    if (ROOT) {
      all.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    all.addAll(List.of(command));
    return all;
  }

  @Override
  protected List<String> command() {
    return asUser(
        server,
        "-D",
        data(),
        "-p",
        Integer.toString(port()),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=" + folder(),
        "-c",
        "max_connections=60");
  }

  @Override
  protected boolean answers() {
    String address = "jdbc:postgresql://127.0.0.1:" + port() + "/postgres?connectTimeout=1";
    try (Connection connection = DriverManager.getConnection(address, "bactrian", "")) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Its address. */
  public String url() {
    return "postgres://bactrian@127.0.0.1:" + port() + "/postgres";
  }
}
