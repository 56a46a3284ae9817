package dev.bactrian.limit;

import static dev.bactrian.kit.ApiClient.question;
import static dev.bactrian.limit.ClientKeys.client;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.key.KeyAdministration;
import dev.bactrian.key.Owner;
import dev.bactrian.key.Rules;
import dev.bactrian.kit.ApiClient;
import dev.bactrian.kit.Gateway;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Reply;
import dev.bactrian.kit.Script;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key opens, and what it does not. */
class KeysIT {
  private static final String MODEL = "openai/gpt-4.1-mini";
  private static final String OTHER = "qwen/qwen3-max";

  private static ProviderServer provider;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    provider = ProviderServer.start().always(Script.completion("Hello"));
    gateway =
        Gateway.with()
            .withoutBreakers()
            .provider("openai", provider)
            .provider("qwen", provider)
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    provider.close();
  }

  private static KeyAdministration keys() {
    return gateway.bean("keyAdministration", KeyAdministration.class);
  }

  private static String id(ApiClient client) {
    return client.get("/v1/key").json().path("id").asText();
  }

  private static void expectRefused(Reply reply) {
    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.error().path("code").asText()).isEqualTo("invalid_api_key");
    assertThat(reply.error().path("type").asText()).isEqualTo("invalid_request_error");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sk-bactrian-",
        "sk-bactrian-0123456789ab-",
        "sk-bactrian-0123456789ab-0123456789abcdef",
        "sk-bactrian-' OR 1=1 --x",
        "sk-BACTRIAN-0123456789ab-0"
      })
  void aKeyOfNobodysOpensNothing(String key) {
    expectRefused(gateway.client().withKey(key).ask(MODEL));
  }

  @Test
  void aKeyWithAnotherSecretOpensNothing() {
    String key = client(gateway, "{}").key();
    String id = key.substring(0, key.lastIndexOf('-') + 1);

    expectRefused(gateway.client().withKey(id + "0".repeat(40)).ask(MODEL));
    expectRefused(gateway.client().withKey(key + "0").ask(MODEL));
    assertThat(gateway.client().withKey(key).ask(MODEL).status()).isEqualTo(200);
  }

  @Test
  void aDisabledKeyIsRefusedWithinASecond() {
    ApiClient client = client(gateway, "{}");
    String id = id(client);
    assertThat(client.ask(MODEL).status()).isEqualTo(200);

    keys().change(id, key -> key.disabled(true));

    Awaitility.await().atMost(java.time.Duration.ofSeconds(1)).until(() -> refuses(client));
    keys().change(id, key -> key.disabled(false));
    assertThat(client.ask(MODEL).status()).isEqualTo(200);
    keys().delete(id);
    expectRefused(client.ask(MODEL));
  }

  private static boolean refuses(ApiClient client) {
    return client.ask(MODEL).status() == 401;
  }

  @Test
  void aDisabledOwnerTakesItsKeysAlong() {
    ClientKeys.owner(gateway, "closed", "{}");
    ApiClient client = client(gateway, "closed", "{}");
    assertThat(client.ask(MODEL).status()).isEqualTo(200);

    keys().changeOwner("closed", o -> new Owner(o.id(), o.name(), true, o.rules()));

    expectRefused(client.ask(MODEL));
  }

  @Test
  void bothSecretsAreValidWhileRotating() {
    ApiClient before = client(gateway, "{}");
    String id = id(before);

    ApiClient after = before.withKey(keys().rotate(id, 60_000).text());
    assertThat(before.ask(MODEL).status()).isEqualTo(200);
    assertThat(after.ask(MODEL).status()).isEqualTo(200);

    ApiClient last = before.withKey(keys().rotate(id, 0).text());
    expectRefused(before.ask(MODEL));
    expectRefused(after.ask(MODEL));
    assertThat(last.ask(MODEL).status()).isEqualTo(200);
  }

  @Test
  void anExpiredKeyIsRefused() {
    long expires = System.currentTimeMillis() - 1;
    String key = keys().create("old", null, expires, Rules.NONE).text();

    expectRefused(gateway.client().withKey(key).ask(MODEL));
  }

  @Test
  void onlyPermittedModelsAreListedAndAnswer() {
    ApiClient client =
        client(gateway, "{\"models\":[\"openai/gpt-4.1*\",\"qwen/*\"],\"providers\":[\"openai\"]}");

    List<String> listed = ids(client);
    assertThat(listed).contains(MODEL).allMatch(id -> id.startsWith("openai/gpt-4.1"));
    assertThat(ids(gateway.client())).hasSizeGreaterThan(listed.size());
    assertThat(client.get("/v1/models/" + OTHER).status()).isEqualTo(404);
    assertThat(client.get("/v1/models/" + MODEL).status()).isEqualTo(200);
    assertThat(client.ask(MODEL).status()).isEqualTo(200);
    Reply refused = client.ask(OTHER);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.error().path("code").asText()).isEqualTo("model_not_allowed");
  }

  @Test
  void aFallbackPassesOverWhatIsNotPermitted() {
    ApiClient client = client(gateway, "{\"models\":[\"qwen/*\"]}");

    Reply reply = client.chat(question(MODEL, false, ",\"models\":[\"" + OTHER + "\"]"));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("x-bactrian-provider")).isEqualTo("qwen");
  }

  @Test
  void anOwnersRulesHoldForItsKeys() {
    ClientKeys.owner(gateway, "narrow", "{\"providers\":[\"qwen\"]}");
    ApiClient client = client(gateway, "narrow", "{\"models\":[\"*\"]}");

    assertThat(client.ask(MODEL).status()).isEqualTo(403);
    assertThat(client.ask(OTHER).status()).isEqualTo(200);
  }

  @Test
  void aClientIsToldOfItsOwnKey() {
    ClientKeys.owner(gateway, "mine", "{}");
    JsonNode key =
        client(gateway, "mine", "{\"requests_per_minute\":7,\"tags\":{\"project\":\"x\"}}")
            .get("/v1/key")
            .json();

    assertThat(key.path("owner").asText()).isEqualTo("mine");
    assertThat(key.path("requests_per_minute").asLong()).isEqualTo(7);
    assertThat(key.at("/tags/project").asText()).isEqualTo("x");
    assertThat(key.has("hash")).isFalse();
    assertThat(gateway.client().get("/v1/key").json().path("id").asText()).isEqualTo("env");
    assertThat(gateway.client().withKey(null).get("/v1/key").status()).isEqualTo(401);
  }

  private static List<String> ids(ApiClient client) {
    List<String> ids = new ArrayList<>();
    client.get("/v1/models").json().path("data").forEach(each -> ids.add(each.path("id").asText()));
    return ids;
  }
}
