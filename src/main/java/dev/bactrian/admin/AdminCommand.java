package dev.bactrian.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The commands {@code keys} and {@code owners}, which call the API of a running gateway. */
public final class AdminCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int NANO_DIGITS = 9;

  /** What {@code --help} says of them. */
  public static final String HELP =
      """
      bactrian keys create --name NAME [RULES] | list [--owner ID] | show ID | change ID [RULES]
                    | rotate ID [--grace SECONDS] | disable ID | enable ID | delete ID
      bactrian owners create --id ID [RULES] | list | show ID | change ID [RULES] | delete ID
        administrate the running gateway at BACTRIAN_ADMIN_URL (http://127.0.0.1:8081) with
        BACTRIAN_ADMIN_KEY; --json prints what it answers. RULES:
        --owner ID, --expires 2027-01-31T12:00:00Z, --models GLOB,.. --providers GLOB,..
        --requests-per-minute N --tokens-per-minute N --concurrent N --time-zone ZONE
        --budget-day USD --budget-month USD --budget-total USD --budget-tokens N --tag NAME=TEXT
      """;

  private final Map<String, String> environment;
  private final PrintStream out;

  /** The commands with the environment's settings. */
  public AdminCommand(Map<String, String> environment, PrintStream out) {
    this.environment = environment;
    this.out = out;
  }

  /** A call of the API. */
  private record Call(String method, String path, ObjectNode body, boolean json) {}

  /**
   * Runs a command.
   *
   * @param arguments with {@code keys} or {@code owners} as the first
   * @return the exit code: 0, 1 when the gateway refused, 2 when the command is wrong
   */
  public int run(List<String> arguments) throws InterruptedException {
    try {
      Call call = read(arguments);
      HttpResponse<String> answer = send(call);
      JsonNode json = Json.MAPPER.readTree(answer.body());
      if (answer.statusCode() >= 300) {
        out.println("bactrian: " + json.at("/error/message").asText(answer.body()));
        return 1;
      }
      out.println(call.json() ? json.toPrettyString() : Tables.of(json));
      return 0;
    } catch (IllegalArgumentException e) {
      out.println("bactrian: " + e.getMessage());
      out.println(HELP.strip());
      return 2;
    } catch (IOException e) {
      out.println("bactrian: the gateway at " + url() + " does not answer: " + e);
      return 1;
    }
  }

  private String url() {
    return environment.getOrDefault("BACTRIAN_ADMIN_URL", "http://127.0.0.1:8081");
  }

  private HttpResponse<String> send(Call call) throws IOException, InterruptedException {
    String key = environment.getOrDefault("BACTRIAN_ADMIN_KEY", "");
    if (key.isBlank()) {
      throw new IllegalArgumentException("BACTRIAN_ADMIN_KEY is not set.");
    }
    HttpRequest.BodyPublisher body =
        call.body().isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(call.body().toString());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + AdminApi.BASE + call.path()))
            .timeout(PATIENCE)
            .header("authorization", "Bearer " + key.strip())
            .header("content-type", "application/json")
            .method(call.method(), body)
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static Call read(List<String> arguments) {
    if (arguments.size() < 2) {
      throw new IllegalArgumentException("What is to be done?");
    }
    String things = "/" + arguments.get(0);
    String verb = arguments.get(1);
    boolean isOne = !verb.equals("create") && !verb.equals("list");
    if (isOne && (arguments.size() < 3 || arguments.get(2).startsWith("--"))) {
      throw new IllegalArgumentException("Which one? Its id is missing.");
    }
    List<String> options = arguments.subList(isOne ? 3 : 2, arguments.size());
    String one = isOne ? things + "/" + encode(arguments.get(2)) : things;
    ObjectNode body = Json.MAPPER.createObjectNode();
    boolean json = options(options, body);
    return switch (verb) {
      case "create" -> new Call("POST", things, body, json);
      case "list" -> new Call("GET", things + owner(body), body.removeAll(), json);
      case "show" -> new Call("GET", one, body, json);
      case "change" -> new Call("PATCH", one, body, json);
      case "delete" -> new Call("DELETE", one, body, json);
      case "rotate", "disable", "enable" -> new Call("POST", one + "/" + verb, body, json);
      default -> throw new IllegalArgumentException("There is no '" + verb + "'.");
    };
  }

  private static String owner(ObjectNode body) {
    return body.has("owner")
        ? "?limit=1000&owner=" + encode(body.get("owner").asText())
        : "?limit=1000";
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Reads options into a body, and says whether JSON is wanted. */
  private static boolean options(List<String> options, ObjectNode body) {
    boolean json = false;
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).equals("--json")) {
        json = true;
      } else if (i + 1 < options.size()) {
        option(options.get(i), options.get(++i), body);
      } else {
        throw new IllegalArgumentException("'" + options.get(i) + "' needs a value.");
      }
    }
    return json;
  }

  private static void option(String name, String value, ObjectNode body) {
    switch (name) {
      case "--id" -> body.put("id", value);
      case "--name" -> body.put("name", value);
      case "--owner" -> body.put("owner", value);
      case "--expires" -> body.put("expires_at", value);
      case "--time-zone" -> body.put("time_zone", value);
      case "--models" -> list(body, "models", value);
      case "--providers" -> list(body, "providers", value);
      case "--requests-per-minute" -> body.put("requests_per_minute", number(name, value));
      case "--tokens-per-minute" -> body.put("tokens_per_minute", number(name, value));
      case "--concurrent" -> body.put("concurrent_requests", number(name, value));
      case "--grace" -> body.put("grace_seconds", number(name, value));
      case "--budget-day" -> body.withObject("/budget").put("day_nanos", nanos(name, value));
      case "--budget-month" -> body.withObject("/budget").put("month_nanos", nanos(name, value));
      case "--budget-total" -> body.withObject("/budget").put("total_nanos", nanos(name, value));
      case "--budget-tokens" -> body.withObject("/budget").put("total_tokens", number(name, value));
      case "--tag" -> {
        int equals = value.indexOf('=');
        if (equals < 1) {
          throw new IllegalArgumentException("A tag is NAME=TEXT.");
        }
        body.withObject("/tags").put(value.substring(0, equals), value.substring(equals + 1));
      }
      default -> throw new IllegalArgumentException("There is no '" + name + "'.");
    }
  }

  private static void list(ObjectNode body, String name, String value) {
    var list = body.putArray(name);
    for (String each : value.split(",", -1)) {
      if (!each.isBlank()) {
        list.add(each.strip());
      }
    }
  }

  private static long number(String name, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + name + "' needs a whole number.");
    }
  }

  private static long nanos(String name, String dollars) {
    try {
      return new BigDecimal(dollars).movePointRight(NANO_DIGITS).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("'" + name + "' needs an amount such as 1.50.");
    }
  }
}
