package dev.bactrian.storage;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.internal.exception.FlywaySqlException;
import org.jspecify.annotations.Nullable;

/** Brings the tables to what this version needs, once, however many nodes start together. */
final class Migrations {
  /** The files of db/migration, named so that no class path is searched at each start. */
  static final List<String> FILES = List.of("V1__keys.sql", "V2__ledger.sql");

  private static final String FOLDER = "/db/migration/";

  private Migrations() {}

  /**
   * Does what is missing.
   *
   * @throws SQLException when the database cannot be reached or refuses
   */
  static void run(DataSource database) throws SQLException {
    if (isDone(database)) {
      return; // Flyway itself takes an eighth of a second
    }
    try {
      Flyway.configure(Migrations.class.getClassLoader())
          .dataSource(database)
          .resourceProvider(new Files())
          .javaMigrationClassProvider(List::of)
          .load()
          .migrate();
    } catch (FlywaySqlException e) {
      if (e.getCause() instanceof SQLException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private static boolean isDone(DataSource database) throws SQLException {
    Set<String> done = new HashSet<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT \"script\" FROM \"flyway_schema_history\" WHERE \"success\"")) {
      while (rows.next()) {
        done.add(rows.getString(1));
      }
    } catch (SQLException e) {
      if (isNoSuchTable(e)) {
        return false;
      }
      throw e;
    }
    return done.containsAll(FILES);
  }

  private static boolean isNoSuchTable(SQLException e) {
    return String.valueOf(e.getSQLState()).startsWith("42");
  }

  /** The files, for Flyway. */
  private static final class Files implements ResourceProvider {
    @Override
    public @Nullable LoadableResource getResource(String name) {
      return FILES.contains(name) ? new File(name) : null;
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
      return FILES.stream()
          .filter(name -> name.startsWith(prefix))
          .filter(name -> List.of(suffixes).stream().anyMatch(name::endsWith))
          .map(name -> (LoadableResource) new File(name))
          .toList();
    }
  }

  private static final class File extends LoadableResource {
    private final String name;

    File(String name) {
      this.name = name;
    }

    @Override
    public Reader read() {
      InputStream in =
          Objects.requireNonNull(Migrations.class.getResourceAsStream(FOLDER + name), name);
      return new InputStreamReader(in, StandardCharsets.UTF_8);
    }

    @Override
    public String getAbsolutePath() {
      return FOLDER + name;
    }

    @Override
    public String getAbsolutePathOnDisk() {
      return FOLDER + name;
    }

    @Override
    public String getFilename() {
      return name;
    }

    @Override
    public String getRelativePath() {
      return name;
    }
  }
}
