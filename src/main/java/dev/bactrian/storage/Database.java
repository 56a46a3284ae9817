package dev.bactrian.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.h2.api.ErrorCode;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database: a file in the data folder, or the PostgreSQL that several nodes share. It opens and
 * migrates on a thread of its own while the gateway starts. A PostgreSQL that is away is tried
 * again each second; until it is there, whoever asks for a connection gets an {@link SQLException}
 * at once.
 */
public final class Database extends ConnectionSource implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private static final String FILE = "bactrian";
  private static final int EMBEDDED_CONNECTIONS = 4;
  private static final int SERVER_CONNECTIONS = 8;
  private static final int CONNECT_MILLIS = 2_000;
  private static final int FIRST_SECONDS = 30;
  private static final long FILE_MILLIS = 2_000;
  private static final int LOCKED = ErrorCode.DATABASE_ALREADY_OPEN_1;

  private final DatabaseAddress address;
  private final HikariConfig settings;
  private final CompletableFuture<HikariDataSource> opened = new CompletableFuture<>();
  private final CountDownLatch tried = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final AtomicBoolean started = new AtomicBoolean();
  private final Thread opener;

  /**
   * A database that opens in the background, once it is started or somebody needs it. (Camel makes
   * the beans of a route file twice.)
   *
   * @param data the data folder; made when it is needed and not there
   * @param url the address of a PostgreSQL, blank for the embedded database
   * @throws IllegalArgumentException when the address cannot be read
   */
  public Database(String data, String url) {
    address =
        url.isBlank() ? DatabaseAddress.embedded(Path.of(data, FILE)) : DatabaseAddress.parse(url);
    settings = settings(address);
    opener =
        new Thread(
            () -> {
              try {
                if (address.isEmbedded()) {
                  prepare(Path.of(data));
                }
                open();
              } catch (RuntimeException e) {
                opened.completeExceptionally(e);
              } finally {
                tried.countDown();
              }
            },
            "database");
    opener.setDaemon(true);
  }

  /** Begins to open it. */
  public void start() {
    if (started.compareAndSet(false, true)) {
      opener.start();
    }
  }

  private static HikariConfig settings(DatabaseAddress address) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("database");
    pool.setMinimumIdle(1);
    pool.setInitializationFailTimeout(-1);
    if (address.isEmbedded()) {
      JdbcDataSource file = new JdbcDataSource();
      file.setURL(address.jdbcUrl());
      file.setUser(address.user());
      file.setPassword(address.password());
      pool.setDataSource(file);
      pool.setMaximumPoolSize(EMBEDDED_CONNECTIONS);
      pool.setConnectionTimeout(TimeUnit.SECONDS.toMillis(FIRST_SECONDS));
      pool.setMaxLifetime(0); // the database closes with its last connection
    } else {
      pool.setMaximumPoolSize(SERVER_CONNECTIONS);
      pool.setConnectionTimeout(CONNECT_MILLIS);
      pool.setJdbcUrl(address.jdbcUrl());
      pool.setUsername(address.user());
      pool.setPassword(address.password());
      pool.setValidationTimeout(1_000);
      pool.addDataSourceProperty("ApplicationName", "bactrian");
      pool.addDataSourceProperty("connectTimeout", "2");
      pool.addDataSourceProperty("loginTimeout", "3");
      pool.addDataSourceProperty("socketTimeout", "30");
      pool.addDataSourceProperty("tcpKeepAlive", "true");
      pool.addDataSourceProperty("reWriteBatchedInserts", "true");
      pool.addDataSourceProperty("logServerErrorDetail", "false");
    }
    return pool;
  }

  /** Makes the folder and the file so that nobody but this user can read them. */
  private static void prepare(Path folder) {
    try {
      Set<PosixFilePermission> owners = PosixFilePermissions.fromString("rwx------");
      FileAttribute<?>[] attributes =
          folder.getFileSystem().supportedFileAttributeViews().contains("posix")
              ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(owners)}
              : new FileAttribute<?>[0];
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder, attributes);
      }
      Path file = folder.resolve(FILE + ".mv.db");
      if (!Files.exists(file)) {
        Files.createFile(file);
      }
      if (attributes.length > 0) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The data folder " + folder + " cannot be written", e);
    }
  }

  private void open() {
    HikariDataSource pool = new HikariDataSource(settings);
    try {
      while (!migrated(pool)) {
        tried.countDown();
        if (closing.await(1, TimeUnit.SECONDS)) {
          pool.close();
          return;
        }
      }
      if (tried.getCount() == 0) {
        LOG.info("The {} is there", address);
      }
      opened.complete(pool);
    } catch (InterruptedException | RuntimeException e) {
      pool.close();
      opened.completeExceptionally(e);
    }
  }

  private boolean migrated(HikariDataSource pool) {
    // The pool would try to open a broken file for half a minute, so it is opened once before.
    try (Connection first =
        address.isEmbedded() ? settings.getDataSource().getConnection() : null) {
      Migrations.run(pool);
      return true;
    } catch (SQLException e) {
      String why = reason(e);
      if (why != null) {
        throw new IllegalStateException("The " + address + " cannot be used: " + why);
      }
      if (tried.getCount() > 0) {
        LOG.warn("The {} cannot be reached; it is tried again each second", address);
      }
      return false;
    }
  }

  /** Why trying again does not help, null where it may. */
  private @Nullable String reason(SQLException e) {
    if (!address.isEmbedded()) {
      for (Throwable t = e; t != null; t = t.getCause()) {
        String state = t instanceof SQLException sql ? String.valueOf(sql.getSQLState()) : "";
        if (state.startsWith("28") || state.startsWith("3D") || state.startsWith("42")) {
          return t.getMessage();
        }
      }
      return null;
    }
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql && sql.getErrorCode() == LOCKED) {
        return "another gateway uses this data folder";
      }
    }
    return message(e);
  }

  private static String message(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }

  /**
   * Waits until it is open, or until it is known that it cannot be reached now.
   *
   * @throws IllegalStateException when it never will be: a wrong password, a broken file
   */
  public void await() {
    start();
    try {
      if (!tried.await(FIRST_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The {} takes long to open", address);
      }
      if (opened.isCompletedExceptionally()) {
        opened.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(message(e), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * How long a call may wait for one of its look-ups: of two, half as long as for all; longer for a
   * file of this machine, since nothing else could take its place.
   *
   * @param millis how long it may wait for the database in all
   */
  public long patience(long millis) {
    return isEmbedded() ? FILE_MILLIS : Math.max(1, millis / 2);
  }

  /** Whether it is a file that only this process uses. */
  public boolean isEmbedded() {
    return address.isEmbedded();
  }

  /**
   * A connection of the pool, with auto-commit. While the gateway starts this waits for the
   * database; later it waits two seconds at most for a server.
   */
  @Override
  public Connection getConnection() throws SQLException {
    start();
    try {
      boolean starting = tried.getCount() > 0;
      return opened.get(starting ? FIRST_SECONDS : 0, TimeUnit.SECONDS).getConnection();
    } catch (TimeoutException e) {
      throw new SQLTransientConnectionException("The " + address + " cannot be reached.");
    } catch (ExecutionException e) {
      throw new SQLException(message(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("Interrupted while waiting for the database.");
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      opener.join(TimeUnit.SECONDS.toMillis(FIRST_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (opened.isDone() && !opened.isCompletedExceptionally()) {
      opened.join().close();
    }
  }

  @Override
  public String toString() {
    return address.toString();
  }
}
