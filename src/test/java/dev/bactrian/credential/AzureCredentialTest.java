package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Script;
import dev.bactrian.simulator.EntraTokens;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AzureCredentialTest {
  private static final String SCOPE = "https://cognitiveservices.azure.com/.default";

  private final EntraTokens tokens = new EntraTokens();
  private final ProviderServer server = ProviderServer.start().always(tokens);
  private final TestClock clock = new TestClock(1_750_000_000_000L);
  private final String address =
      "http://127.0.0.1:" + server.port() + "/{tenant}/oauth2/v2.0/token";

  @AfterEach
  void stop() {
    server.close();
  }

  private AzureCredential application() {
    return with("", EntraTokens.CLIENT, EntraTokens.SECRET);
  }

  private AzureCredential with(String apiKey, String id, String secret) {
    Settings settings =
        Signed.settings(
            "apiKey", apiKey,
            "tenantId", " " + EntraTokens.TENANT,
            "clientId", id,
            "clientSecret", secret,
            "tokenUrl", address,
            "scope", SCOPE);
    return new AzureCredential(settings, clock);
  }

  @Test
  void aKeyHasAHeaderOfItsOwnAndWins() {
    Signed signed = Signed.by(with("abc", EntraTokens.CLIENT, EntraTokens.SECRET));

    assertThat(signed.request().headers()).containsEntry("api-key", "abc");
    assertThat(signed.authorization()).isEmpty();
    assertThat(signed.proof()).isNull();
    assertThat(server.count()).isZero();
  }

  @Test
  void anApplicationsSecretIsExchangedForAToken() {
    Signed signed = Signed.by(application());

    assertThat(tokens.isValid(String.valueOf(signed.proof()))).isTrue();
    assertThat(signed.authorization()).isEqualTo("Bearer " + signed.proof());
    assertThat(signed.request().headers()).doesNotContainKey("api-key");
  }

  @Test
  void manyCallsExchangeItOnceAndAgainBeforeItExpires() {
    AzureCredential credential = application();
    assertThat(
            IntStream.range(0, 64)
                .parallel()
                .mapToObj(i -> Signed.by(credential).authorization())
                .distinct())
        .hasSize(1);
    assertThat(server.count()).isEqualTo(1);
    clock.forward(TimeUnit.MINUTES.toMillis(50));
    Signed.by(credential);
    assertThat(server.count()).isEqualTo(1);
    clock.forward(TimeUnit.MINUTES.toMillis(6));
    Signed.by(credential);
    assertThat(server.count()).isEqualTo(2);
  }

  @Test
  void aRefusedTokenIsExchangedAnew() {
    AzureCredential credential = application();
    Signed first = Signed.by(credential);
    assertThat(credential.renew(String.valueOf(first.proof()))).isTrue();

    assertThat(Signed.by(credential).authorization()).isNotEqualTo(first.authorization());
  }

  @Test
  void aWrongApplicationIsRefused() {
    failure(ErrorClass.AUTH, () -> Signed.by(with("", "wrong", EntraTokens.SECRET)));
    failure(ErrorClass.AUTH, () -> Signed.by(with("", EntraTokens.CLIENT, "wrong")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {} | SERVER",
        "200 | nonsense | SERVER",
        "400 | {\"error\":\"invalid_scope\"} | AUTH",
        "429 | {} | RATE",
        "503 | {} | SERVER",
        "504 | {} | TIMEOUT"
      })
  void aFailingServiceIsToldApart(int status, String body, ErrorClass expected) {
    server.always(Script.status(status, body));
    failure(expected, () -> Signed.by(application()));
  }

  private static void failure(ErrorClass expected, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            UpstreamException.class,
            e -> {
              assertThat(e.errorClass()).isEqualTo(expected);
              assertThat(e.reason()).doesNotContain(EntraTokens.SECRET).doesNotContain("127.");
            });
  }
}
