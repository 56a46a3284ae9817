package dev.bactrian.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The administration over HTTP and by commands. */
class AdminIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final String KEY = "an-administrators-key";

  private static ProviderServer provider;
  private static Gateway gateway;
  private static ApiClient admin;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start().always(Script.completion("Hello"));
    gateway = Gateway.with().provider("openai", provider).set("bactrian.admin-key", KEY).start();
    admin = new ApiClient(gateway.managementPort(), KEY);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
  }

  private static Reply send(String method, String path, String body) {
    return admin.request(method, "/admin/v1" + path, BodyPublishers.ofString(body));
  }

  private static JsonNode done(String method, String path, String body) {
    Reply reply = send(method, path, body);
    assertThat(reply.status()).as(reply.body()).isBetween(200, 201);
    return reply.json();
  }

  /** Runs a command as {@code ./bactrian} does. */
  private static String run(int code, String... arguments) throws InterruptedException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Map<String, String> environment =
        Map.of(
            "BACTRIAN_ADMIN_KEY",
            KEY,
            "BACTRIAN_ADMIN_URL",
            "http://127.0.0.1:" + gateway.managementPort());
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    int exit = new AdminCommand(environment, print).run(List.of(arguments));
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(exit).as(text).isEqualTo(code);
    return text;
  }

  @Test
  void withoutAKeyOfItsOwnThereIsNone() {
    try (Gateway closed = Gateway.with().start()) {
      ApiClient client = new ApiClient(closed.managementPort(), KEY);
      assertThat(client.get("/admin/v1/keys").status()).isEqualTo(404);
      assertThat(client.get("/observe/health").status()).isEqualTo(200);
    }
  }

  @Test
  void nobodyElseComesIn() {
    assertThat(admin.withKey(null).get("/admin/v1/keys").status()).isEqualTo(401);
    assertThat(admin.withKey(Gateway.KEY).get("/admin/v1/keys").status()).isEqualTo(401);
    assertThat(gateway.client().withKey(KEY).get("/admin/v1/keys").status()).isEqualTo(404);
    assertThat(gateway.client().withKey(KEY).ask(MODEL).status()).isEqualTo(401);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST   | /keys            | {                                 | 400",
        "POST   | /keys            | []                                | 400",
        "POST   | /keys            | {}                                | 400",
        "POST   | /keys            | {\"name\":\"\"}                     | 400",
        "POST   | /keys            | {\"name\":\"x\",\"colour\":\"red\"}     | 400",
        "POST   | /keys            | {\"name\":\"x\",\"owner\":\"nobody\"}   | 400",
        "POST   | /keys            | {\"name\":\"x\",\"expires_at\":\"soon\"} | 400",
        "POST   | /keys            | {\"name\":\"x\",\"requests_per_minute\":0} | 400",
        "POST   | /keys            | {\"name\":\"x\",\"requests_per_minute\":1.5} | 400",
        "POST   | /keys            | {\"name\":\"x\",\"budget\":{\"day_nanos\":-1}} | 400",
        "POST   | /keys            | {\"name\":\"x\",\"budget\":5}         | 400",
        "POST   | /keys            | {\"name\":\"x\",\"time_zone\":\"Mars\"} | 400",
        "POST   | /keys            | {\"name\":\"x\",\"models\":\"*\"}       | 400",
        "GET    | /keys/none       |                                   | 404",
        "GET    | /keys/none/budget |                                  | 404",
        "PATCH  | /keys/none       | {}                                | 404",
        "DELETE | /keys/none       |                                   | 404",
        "GET    | /keys?limit=0    |                                   | 400",
        "PUT    | /keys            | {}                                | 405",
        "GET    | /nothing         |                                   | 404",
        "POST   | /owners          | {\"id\":\"Not An Id\"}              | 400",
        "GET    | /usage?colour=red |                                  | 400",
        "GET    | /usage?format=xml |                                  | 400",
        "GET    | /usage?start=then |                                  | 400",
        "PUT    | /limits          | {\"model_limits\":[{}]}           | 400",
        "PUT    | /limits          | {}                                | 400"
      })
  void whatIsWrongIsToldAndChangesNothing(
      String method, String path, @Nullable String body, int status) {
    Reply reply = send(method, path, body == null ? "" : body);

    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    assertThat(reply.error().path("message").asText()).isNotEmpty();
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() {
    Reply reply = send("POST", "/keys", "{\"name\":\"" + "x".repeat(70_000) + "\"}");
    assertThat(reply.status()).isEqualTo(413);
  }

  @Test
  void theDescriptionNamesEveryOperationAndNoOther() {
    JsonNode description = done("GET", "/openapi.json", "");
    TreeSet<String> described = new TreeSet<>();
    description
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            described.add(
                                method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
    TreeSet<String> there = new TreeSet<>();
    gateway
        .bean("adminApi", AdminApi.class)
        .operations()
        .forEach(operation -> there.add(operation.method() + " " + operation.path()));

    assertThat(described).isEqualTo(there);
    description
        .findValuesAsText("$ref")
        .forEach(
            reference ->
                assertThat(description.at(reference.substring(1)).isObject())
                    .as(reference)
                    .isTrue());
  }

  @Test
  void aKeyFromItsMakingToItsEnd() {
    done("POST", "/owners", "{\"id\":\"acme\",\"name\":\"Acme Ltd\"}");
    JsonNode made =
        done(
            "POST",
            "/keys",
            "{\"name\":\"web\",\"owner\":\"acme\",\"requests_per_minute\":100,"
                + "\"budget\":{\"day_nanos\":1000000000,\"month_nanos\":5000000000},"
                + "\"time_zone\":\"Asia/Shanghai\",\"tags\":{\"team\":\"web\"}}");
    String id = made.path("id").asText();
    ApiClient client = gateway.client().withKey(made.path("key").asText());
    assertThat(client.ask(MODEL).status()).isEqualTo(200);

    JsonNode shown = done("GET", "/keys/" + id, "");
    assertThat(shown.has("key")).isFalse();
    assertThat(shown.toString()).doesNotContain(client.key());
    assertThat(done("GET", "/keys?owner=acme", "").path("data")).hasSize(1);
    JsonNode changed =
        done("PATCH", "/keys/" + id, "{\"budget\":{\"day_nanos\":null,\"total_nanos\":7}}");
    assertThat(changed.path("budget").toString())
        .isEqualTo("{\"month_nanos\":5000000000,\"total_nanos\":7}");
    assertThat(changed.path("requests_per_minute").asInt()).isEqualTo(100);
    assertThat(client.ask(MODEL).status()).isEqualTo(429);
    JsonNode budget = done("GET", "/keys/" + id + "/budget", "");
    assertThat(budget.at("/spent/total_nanos").asLong()).isEqualTo(3 * 400 + 2 * 1600);
    assertThat(done("GET", "/owners/acme/budget", "").at("/spent/total_tokens").asLong())
        .isEqualTo(5);
    done("PATCH", "/keys/" + id, "{\"budget\":null}");

    ApiClient rotated =
        client.withKey(
            done("POST", "/keys/" + id + "/rotate", "{\"grace_seconds\":60}").path("key").asText());
    assertThat(client.ask(MODEL).status()).isEqualTo(200);
    assertThat(rotated.ask(MODEL).status()).isEqualTo(200);
    done("POST", "/keys/" + id + "/disable", "");
    assertThat(rotated.ask(MODEL).status()).isEqualTo(401);
    done("POST", "/keys/" + id + "/enable", "");
    assertThat(rotated.ask(MODEL).status()).isEqualTo(200);
    assertThat(send("DELETE", "/owners/acme", "").status()).isEqualTo(409);
    done("DELETE", "/keys/" + id, "");
    assertThat(rotated.ask(MODEL).status()).isEqualTo(401);
    done("DELETE", "/owners/acme", "");
  }

  @Test
  void limitsOfModelsHoldAtOnceUntilTheyAreTakenBack() {
    String limits =
        "{\"model_limits\":[{\"model\":\"openai/gpt-4.1-nano\",\"requests_per_minute\":1}]}";
    assertThat(done("PUT", "/limits", limits).at("/model_limits/0/model").asText())
        .isEqualTo("openai/gpt-4.1-nano");
    assertThat(gateway.client().ask("openai/gpt-4.1-nano").status()).isEqualTo(200);
    assertThat(gateway.client().ask("openai/gpt-4.1-nano").status()).isEqualTo(429);

    done("PUT", "/limits", "{\"model_limits\":null}");

    assertThat(gateway.client().ask("openai/gpt-4.1-nano").status()).isEqualTo(200);
    assertThat(done("GET", "/limits", "").path("model_limits")).isEmpty();
  }

  @Test
  void usageByKeyAndDayAlsoAsCsv() {
    JsonNode made = done("POST", "/keys", "{\"name\":\"counted\"}");
    String id = made.path("id").asText();
    ApiClient client = gateway.client().withKey(made.path("key").asText());
    assertThat(client.ask(MODEL).status()).isEqualTo(200);
    assertThat(client.ask(MODEL).status()).isEqualTo(200);

    Awaitility.await()
        .until(
            () ->
                done("GET", "/usage?group_by=key,day&key=" + id, "").at("/data/0/requests").asInt()
                    == 2);
    Reply csv = send("GET", "/usage?group_by=key,model&format=csv&key=" + id, "");
    assertThat(csv.header("content-type")).startsWith("text/csv");
    List<String> lines = csv.body().lines().toList();
    assertThat(lines).hasSize(2);
    List<String> header = List.of(lines.get(0).split(","));
    List<String> values = List.of(lines.get(1).split(","));
    assertThat(header).startsWith("key", "model").hasSameSizeAs(values);
    assertThat(values).startsWith(id, MODEL).endsWith("0.000008800", "USD");
    assertThat(values.get(header.indexOf("requests"))).isEqualTo("2");
    assertThat(values.get(header.indexOf("prompt_tokens"))).isEqualTo("6");
  }

  @Test
  void theCommandsDoTheSame() throws Exception {
    run(0, "owners", "create", "--id", "cli", "--budget-month", "12.5");
    String made =
        run(0, "keys", "create", "--name", "by hand", "--owner", "cli", "--models", "openai/*");
    String key = made.lines().filter(l -> l.startsWith("key ")).findFirst().orElse("").substring(4);
    String id = key.strip().split("-")[2];
    ApiClient client = gateway.client().withKey(key.strip());
    assertThat(client.ask(MODEL).status()).isEqualTo(200);

    assertThat(run(0, "keys", "list", "--owner", "cli")).contains(id, "by hand");
    assertThat(run(0, "budget", "cli", "--of-owner")).containsPattern("budget month +12.5 USD");
    assertThat(run(0, "budget", id)).contains("spent total_tokens", "5");
    assertThat(run(0, "budget", id, "--budget-day", "1")).contains("budget day", "1 USD");
    run(0, "keys", "disable", id);
    assertThat(client.ask(MODEL).status()).isEqualTo(401);
    run(0, "keys", "enable", id);
    assertThat(run(0, "keys", "rotate", id, "--grace", "60")).contains("sk-bactrian-" + id + "-");
    Awaitility.await()
        .untilAsserted(() -> assertThat(run(0, "usage", "--by", "key", "--key", id)).contains(id));
    assertThat(run(0, "usage", "--by", "key,model", "--key", id, "--csv"))
        .startsWith("key,model,requests");
    assertThat(run(0, "limits")).contains("model_limits");
    assertThat(run(1, "keys", "show", "nothere")).contains("none of that id");
    assertThat(run(2, "keys", "paint", id)).contains("paint");
    assertThat(run(2, "keys", "create", "--budget-day", "much")).contains("--budget-day");
    run(0, "keys", "delete", id);
    run(0, "owners", "delete", "cli");
  }
}
