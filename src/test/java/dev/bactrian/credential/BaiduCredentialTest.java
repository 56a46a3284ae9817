package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Script;
import dev.bactrian.simulator.BaiduTokens;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BaiduCredentialTest {
  private static final String BEARER = "bce-v3/ALTAK-simulated/0123456789abcdef";

  private final BaiduTokens tokens = new BaiduTokens();
  private final ProviderServer server = ProviderServer.start().always(tokens);
  private final TestClock clock = new TestClock(1_750_000_000_000L);
  private final String address = "http://127.0.0.1:" + server.port() + "/oauth/2.0/token";

  @AfterEach
  void stop() {
    server.close();
  }

  private BaiduCredential with(String apiKey, String secretKey) {
    return new BaiduCredential("auto", apiKey, secretKey, "", address, clock);
  }

  private BaiduCredential keyPair() {
    return with(BaiduTokens.KEY, BaiduTokens.SECRET);
  }

  @Test
  void aBearerKeyIsSentAsItIs() {
    BaiduCredential credential = with(BEARER, "");
    Signed signed = Signed.by(credential);

    assertThat(credential.isVersion1()).isFalse();
    assertThat(signed.authorization()).isEqualTo("Bearer " + BEARER);
    assertThat(signed.request().headers()).doesNotContainKey("appid");
    assertThat(signed.proof()).isNull();
  }

  @Test
  void anApplicationIsNamedInAHeader() {
    Signed signed = Signed.by(new BaiduCredential("auto", BEARER, "", "app-1", address, clock));

    assertThat(signed.request().headers()).containsEntry("appid", "app-1");
  }

  @Test
  void anApplicationsKeyIsExchangedForATokenInTheQuery() {
    Signed signed = Signed.by(keyPair());

    assertThat(signed.request().pathAndQuery())
        .isEqualTo("/v1/chat?access_token=" + signed.proof());
    assertThat(signed.request().headers()).doesNotContainKey("authorization");
    assertThat(signed.request().secrets()).contains(signed.proof());
    assertThat(tokens.isValid(String.valueOf(signed.proof()))).isTrue();
  }

  @Test
  void keyAndSecretMayStandInOneSetting() {
    BaiduCredential credential = with(BaiduTokens.KEY + "|" + BaiduTokens.SECRET, "");

    assertThat(credential.isVersion1()).isTrue();
    assertThat(Signed.by(credential).proof()).isEqualTo("24.simulated.1.2592000");
  }

  @Test
  void manyCallsFetchOneToken() {
    BaiduCredential credential = keyPair();

    assertThat(
            IntStream.range(0, 64)
                .parallel()
                .mapToObj(i -> String.valueOf(Signed.by(credential).proof()))
                .distinct())
        .hasSize(1);
    assertThat(server.count()).isEqualTo(1);
  }

  @Test
  void theTokenIsRenewedAnHourBeforeItExpires() {
    BaiduCredential credential = keyPair();
    Signed first = Signed.by(credential);
    clock.forward(TimeUnit.DAYS.toMillis(30) - TimeUnit.HOURS.toMillis(1) - 1);
    assertThat(Signed.by(credential).proof()).isEqualTo(first.proof());
    clock.forward(1);
    assertThat(Signed.by(credential).proof()).isNotEqualTo(first.proof());
  }

  @Test
  void aRefusedTokenIsFetchedAnew() {
    BaiduCredential credential = keyPair();
    Signed first = Signed.by(credential);
    assertThat(credential.renew(String.valueOf(first.proof()))).isTrue();

    assertThat(Signed.by(credential).proof()).isNotEqualTo(first.proof());
  }

  @ParameterizedTest
  @CsvSource({"wrong,simulated+Application&Secret", "simulatedApplicationKey,wrong-secret"})
  void aWrongKeyIsRefused(String key, String secret) {
    failure(ErrorClass.AUTH, () -> Signed.by(with(key, secret)), secret);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {\"error\":\"invalid_client\",\"error_description\":\"unknown client id\"} | AUTH",
        "200 | {} | SERVER",
        "200 | [] | SERVER",
        "200 | <html> | SERVER",
        "401 | {} | AUTH",
        "500 | {} | SERVER",
        "503 | {} | SERVER"
      })
  void aFailingServiceIsToldApart(int status, String body, ErrorClass expected) {
    server.always(Script.status(status, body));
    failure(expected, () -> Signed.by(keyPair()), BaiduTokens.SECRET);
  }

  @Test
  void aServiceThatClosesTheConnectionIsNotARefusal() {
    server.always(call -> call.cut());
    failure(ErrorClass.SERVER, () -> Signed.by(keyPair()), BaiduTokens.SECRET);
  }

  private static void failure(ErrorClass expected, Runnable call, String secret) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            UpstreamException.class,
            e -> {
              assertThat(e.errorClass()).isEqualTo(expected);
              assertThat(e.reason()).doesNotContain(secret).doesNotContain("127.");
            });
  }
}
