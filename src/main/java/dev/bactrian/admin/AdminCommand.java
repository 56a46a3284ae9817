package dev.bactrian.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The commands of administration, which call the API of a running gateway. */
public final class AdminCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** What {@code --help} says of them. */
  public static final String HELP =
      """
      bactrian keys create --name NAME [RULES] | list [--owner ID] | show ID | change ID [RULES]
                    | rotate ID [--grace SECONDS] | disable ID | enable ID | delete ID
      bactrian owners create --id ID [RULES] | list | show ID | change ID [RULES] | delete ID
      bactrian budget ID [--of-owner] [--budget-day USD ..]   shows what was spent, or sets bounds
      bactrian limits ['JSON']   shows or sets the limits of models for all keys together
      bactrian usage [--by day,key,owner,model,provider] [--start DAY] [--end DAY] [--csv]
                     [--key ID] [--owner ID] [--model ID] [--provider ID]
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
   * @param arguments with {@code keys}, {@code owners}, {@code budget}, {@code limits} or {@code
   *     usage} first
   * @return the exit code: 0, 1 when the gateway refused, 2 when the command is wrong
   */
  public int run(List<String> arguments) throws InterruptedException {
    try {
      Call call = read(arguments);
      HttpResponse<String> answer = send(call);
      if (answer.headers().firstValue("content-type").orElse("").startsWith("text/csv")) {
        out.print(answer.body());
        return 0;
      }
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
    switch (arguments.get(0)) {
      case "usage":
        return usage(arguments.subList(1, arguments.size()));
      case "budget":
        return budget(arguments.subList(1, arguments.size()));
      case "limits":
        return limits(arguments.subList(1, arguments.size()));
      default:
        return things(arguments);
    }
  }

  private static Call usage(List<String> arguments) {
    AdminOptions options = AdminOptions.read(arguments);
    StringBuilder query = new StringBuilder();
    for (Map.Entry<String, JsonNode> each : options.body().properties()) {
      String value = each.getValue().asText();
      query.append(query.isEmpty() ? '?' : '&').append(each.getKey());
      query.append('=').append(encode(value));
    }
    return new Call("GET", "/usage" + query, options.body().removeAll(), options.json());
  }

  /** Shows a budget, or changes bounds of it: those of a key, or of an owner. */
  private static Call budget(List<String> arguments) {
    boolean owner = arguments.contains("--of-owner");
    List<String> rest = arguments.stream().filter(each -> !each.equals("--of-owner")).toList();
    if (rest.isEmpty() || rest.get(0).startsWith("--")) {
      throw new IllegalArgumentException("Whose? The id of a key or an owner is missing.");
    }
    AdminOptions options = AdminOptions.read(rest.subList(1, rest.size()));
    String one = (owner ? "/owners/" : "/keys/") + encode(rest.get(0));
    return options.body().isEmpty()
        ? new Call("GET", one + "/budget", options.body(), options.json())
        : new Call("PATCH", one, options.body(), options.json());
  }

  private static Call limits(List<String> arguments) {
    if (arguments.isEmpty() || arguments.get(0).equals("--json")) {
      return new Call("GET", "/limits", Json.MAPPER.createObjectNode(), !arguments.isEmpty());
    }
    try {
      ObjectNode body = Json.MAPPER.createObjectNode();
      body.set("model_limits", Json.MAPPER.readTree(arguments.get(0)));
      return new Call("PUT", "/limits", body, false);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Limits are a JSON array, or null.");
    }
  }

  private static Call things(List<String> arguments) {
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
    AdminOptions read = AdminOptions.read(options);
    ObjectNode body = read.body();
    boolean json = read.json();
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
}
