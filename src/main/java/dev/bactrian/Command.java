package dev.bactrian;

import dev.bactrian.admin.AdminCommand;
import dev.bactrian.demo.Rehearsal;
import dev.bactrian.edition.ConfigProblem;
import dev.bactrian.ledger.LedgerRows;
import dev.bactrian.storage.Database;
import dev.bactrian.thread.RouteThreads;
import dev.bactrian.usage.LedgerCommand;
import dev.bactrian.usage.ReconcileCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** The command line. */
final class Command {
  private static final String LOGGING = "logback.configurationFile";
  private static final String HELP =
      """
      Usage: bactrian [COMMAND]

      Serves one OpenAI-compatible endpoint in front of every model provider.

        bactrian            serves until it is told to end
        bactrian check      loads the configuration, says what is wrong with it, and ends
        bactrian simulate   serves stand-ins of all providers, to try the gateway without a key
        bactrian reconcile FILE.csv [--provider ID] [--tolerance PERCENT]
                            compares a provider's bill with the ledger; exits 1 when they differ by more
        bactrian ledger [--start DAY] [--end DAY] [--key ID] [--id REQUEST]
                            prints the ledger's rows as CSV
        bactrian --version  prints the version

      Settings, as environment variables:
        BACTRIAN_PORT             port for clients (8080)
        BACTRIAN_MANAGEMENT_PORT  port for health (8081)
        BACTRIAN_KEY              a client key of your own instead of a random one
        BACTRIAN_DATA             folder for state (data)
        BACTRIAN_CONFIG           folder whose routes/, kamelets/ and catalogue/ add to or replace
                                  the built-in ones
        BACTRIAN_JAVA_OPTS        options for the JVM
        <PROVIDER>_API_KEY        a provider's key, for example DEEPSEEK_API_KEY;
                                  more keys as DEEPSEEK_API_KEY_2 and so on
        <PROVIDER>_BASE_URL       its address, as the SDKs mean it
      """;

  private Command() {}

  /** Runs a command and gives back the exit code of the process. */
  static int run(String[] args) {
    String command = args.length == 0 ? "serve" : args[0];
    if (System.getProperty(LOGGING) == null) {
      System.setProperty(LOGGING, "bactrian/logback.xml"); // before anything logs
    }
    RouteThreads.leaveRoomForEventLoops();
    try {
      NumberSettings.check(System.getenv());
      return switch (command) {
        case "serve" -> new Bactrian(Map.of()).run();
        case "check" -> check();
        case "reconcile" ->
            onLedger(rows -> new ReconcileCommand(rows, System.out).run(arguments(args)));
        case "ledger" ->
            onLedger(rows -> new LedgerCommand(rows, System.out, System.err).run(arguments(args)));
        case "keys", "owners", "budget", "limits", "usage" ->
            new AdminCommand(System.getenv(), System.out).run(List.of(args));
        case "--version", "-v" -> print("Bactrian " + version());
        case "--help", "-h" -> print(HELP.strip() + "\n\n" + AdminCommand.HELP.strip());
        case "--rehearse" -> rehearse();
        default -> unknown(command);
      };
    } catch (Exception e) {
      LoggerFactory.getLogger(Bactrian.class).debug("Bactrian could not start", e);
      System.err.println("bactrian: it could not start. " + ConfigProblem.of(e));
      return 1;
    }
  }

  private static List<String> arguments(String[] args) {
    return List.of(args).subList(1, args.length);
  }

  /** Runs a command over the rows of the ledger, while gateways may be running. */
  private static int onLedger(ToIntFunction<LedgerRows> command) {
    Map<String, String> settings = System.getenv();
    String data = settings.getOrDefault("BACTRIAN_DATA", "data");
    String url = settings.getOrDefault("BACTRIAN_DATABASE_URL", "");
    if (url.isBlank()) {
      return command.applyAsInt(LedgerRows.ofJournal(data));
    }
    try (Database database = new Database(data, url)) {
      database.await();
      return command.applyAsInt(LedgerRows.ofDatabase(database));
    } catch (IllegalStateException e) {
      System.err.println("bactrian: " + e.getMessage());
      return 2;
    }
  }

  /** Says whether the configuration loads. */
  private static int check() throws IOException {
    Path data = Files.createTempDirectory("bactrian-check");
    // A gateway may be running that uses the port and the data.
    Map<String, String> settings =
        Map.of(
            "camel.management.port", "0",
            "bactrian.data", data.toString(),
            "bactrian.database-url", "",
            "bactrian.redis-url", "");
    ConfigProblem problem = new Bactrian(settings).check();
    delete(data);
    if (problem == null) {
      return print("The configuration is sound.");
    }
    System.err.println(problem);
    return 1;
  }

  /** Does what a gateway does once, so that the JVM can archive the classes for quicker starts. */
  private static int rehearse() throws Exception {
    Path data = Files.createTempDirectory("bactrian-rehearsal");
    Map<String, String> settings =
        Map.of(
            "bactrian.port", "0",
            "bactrian.data", data.toString(),
            "camel.management.port", "0",
            "bactrian.key", "sk-rehearsal");
    try (Bactrian gateway = new Bactrian(settings).start()) {
      Rehearsal.run("http://127.0.0.1:" + gateway.port() + "/v1", "sk-rehearsal");
    }
    delete(data);
    return 0;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static int print(String text) {
    System.out.println(text);
    return 0;
  }

  private static int unknown(String command) {
    System.err.println("bactrian: there is no '" + command + "'.");
    System.err.println(HELP.strip());
    return 2;
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = Command.class.getResourceAsStream("/bactrian.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "unknown");
  }
}
