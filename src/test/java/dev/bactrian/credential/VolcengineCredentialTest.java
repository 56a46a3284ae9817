package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.ErrorClass;
import dev.bactrian.error.UpstreamException;
import dev.bactrian.kit.ProviderServer;
import dev.bactrian.kit.Script;
import dev.bactrian.simulator.VolcengineTokens;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolcengineCredentialTest {
  private final VolcengineTokens tokens = new VolcengineTokens();
  private final ProviderServer server = ProviderServer.start().always(tokens);
  private final TestClock clock =
      new TestClock(Instant.now().truncatedTo(ChronoUnit.SECONDS).toEpochMilli());
  private final String address = "http://127.0.0.1:" + server.port();

  @AfterEach
  void stop() {
    server.close();
  }

  private VolcengineCredential keyPair() {
    return with("", VolcengineTokens.ID, VolcengineTokens.SECRET);
  }

  private VolcengineCredential with(String apiKey, String id, String secret) {
    Settings settings =
        Signed.settings(
            "apiKey", apiKey,
            "accessKeyId", id,
            "secretAccessKey", secret,
            "tokenUrl", address,
            "region", "cn-beijing");
    return new VolcengineCredential(settings, clock);
  }

  private static String body(String model) {
    return "{\"messages\":[{\"model\":\"no\"}],\"model\":\"" + model + "\"}";
  }

  @Test
  void aPlainKeyIsSentAsItIs() {
    Signed signed = Signed.by(with("11111111-2222", "", ""));

    assertThat(signed.authorization()).isEqualTo("Bearer 11111111-2222");
    assertThat(signed.proof()).isNull();
    assertThat(server.count()).isZero();
  }

  @Test
  void aPlainKeyWinsOverAnAccessKey() {
    VolcengineCredential both = with("11111111", VolcengineTokens.ID, VolcengineTokens.SECRET);

    assertThat(Signed.by(both).authorization()).isEqualTo("Bearer 11111111");
  }

  @Test
  void anAccessKeyIsExchangedForTheEndpointsKey() {
    VolcengineCredential credential = keyPair();
    Signed one = Signed.by(credential, body("ep-1"));
    Signed two = Signed.by(credential, body("ep-2"));
    Signed again = Signed.by(credential, body("ep-1"));

    assertThat(tokens.endpoint(String.valueOf(one.proof()))).isEqualTo("ep-1");
    assertThat(tokens.endpoint(String.valueOf(two.proof()))).isEqualTo("ep-2");
    assertThat(one.authorization()).isEqualTo("Bearer " + one.proof());
    assertThat(again.authorization()).isEqualTo(one.authorization());
    assertThat(server.count()).isEqualTo(2);
  }

  @Test
  void anAccessKeyMayStandInOneSetting() {
    VolcengineCredential credential =
        with(VolcengineTokens.ID + ":" + VolcengineTokens.SECRET, "", "");

    assertThat(Signed.by(credential).authorization()).isEqualTo("Bearer temporary-1-0123456789");
  }

  @Test
  void manyCallsExchangeItOnce() {
    VolcengineCredential credential = keyPair();

    assertThat(
            IntStream.range(0, 64)
                .parallel()
                .mapToObj(i -> Signed.by(credential).authorization())
                .distinct())
        .hasSize(1);
    assertThat(server.count()).isEqualTo(1);
  }

  @Test
  void theKeyIsRenewedBeforeItExpires() {
    VolcengineCredential credential = keyPair();
    String first = Signed.by(credential).authorization();
    clock.forward(TimeUnit.DAYS.toMillis(5));
    assertThat(Signed.by(credential).authorization()).isEqualTo(first);
    clock.forward(TimeUnit.DAYS.toMillis(1));
    server.always(Script.status(500, "{}"));
    assertThat(Signed.by(credential).authorization()).as("it still lives").isEqualTo(first);
    clock.forward(TimeUnit.DAYS.toMillis(2));
    assertThatThrownBy(() -> Signed.by(credential)).isInstanceOf(UpstreamException.class);
  }

  @Test
  void aRefusedKeyIsExchangedAnew() {
    VolcengineCredential credential = keyPair();
    Signed first = Signed.by(credential);
    assertThat(credential.renew(String.valueOf(first.proof()))).isTrue();

    assertThat(Signed.by(credential).authorization()).isNotEqualTo(first.authorization());
  }

  @Test
  void aModelThatIsNoEndpointIsUnknown() {
    failure(ErrorClass.NOT_FOUND, () -> Signed.by(keyPair(), body("doubao-seed-2-0-pro-260215")));
    assertThat(server.count()).isZero();
  }

  @Test
  void aWrongAccessKeyIsRefused() {
    failure(ErrorClass.AUTH, () -> Signed.by(with("", "wrong-id", VolcengineTokens.SECRET)));
    failure(ErrorClass.AUTH, () -> Signed.by(with("", VolcengineTokens.ID, "wrong-secret")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200 | {\"ResponseMetadata\":{\"Error\":{\"Code\":\"AccessDenied\"}}} | AUTH",
        "200 | {\"ResponseMetadata\":{},\"Result\":{}} | SERVER",
        "200 | c2ltdWxhdGVkLXNlY3JldA== | SERVER",
        "403 | {} | AUTH",
        "429 | {} | RATE",
        "500 | {} | SERVER",
        "504 | {} | TIMEOUT"
      })
  void aFailingServiceIsToldApart(int status, String body, ErrorClass expected) {
    server.always(Script.status(status, body));
    failure(expected, () -> Signed.by(keyPair()));
  }

  @Test
  void aServiceThatIsDownIsNotARefusal() {
    VolcengineCredential credential = keyPair();
    server.close();
    failure(ErrorClass.SERVER, () -> Signed.by(credential));
  }

  private static void failure(ErrorClass expected, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            UpstreamException.class,
            e -> {
              assertThat(e.errorClass()).isEqualTo(expected);
              assertThat(e.reason()).doesNotContain(VolcengineTokens.SECRET).doesNotContain("127.");
            });
  }
}
