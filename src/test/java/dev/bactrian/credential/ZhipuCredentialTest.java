package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.UpstreamException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZhipuCredentialTest {
  /** Made with Python's hmac: id testid, secret testsecret, at 1750000000000, for 600 s. */
  private static final String GOLDEN =
      "eyJhbGciOiJIUzI1NiIsInNpZ25fdHlwZSI6IlNJR04ifQ"
          + ".eyJhcGlfa2V5IjoidGVzdGlkIiwiZXhwIjoxNzUwMDAwNjAwMDAwLCJ0aW1lc3RhbXAiOjE3NTAwMDAwMDAwMDB9"
          + ".2ejOBvTJPAREfGvVKLPff3QcQuj5R1KYgJoZRWtAJec";

  private static final String KEY = "testid.testsecret";

  private final TestClock clock = new TestClock(1_750_000_000_000L);

  @ParameterizedTest
  @CsvSource({"auto,testid.testsecret", "jwt,' testid.testsecret '"})
  void anIdAndItsSecretMakeAToken(String auth, String key) {
    ZhipuCredential credential = new ZhipuCredential(auth, clock);

    assertThat(authorization(credential, key)).isEqualTo("Bearer " + GOLDEN);
  }

  @ParameterizedTest
  @CsvSource({"key,testid.testsecret", "auto,plain", "auto,testid.", "auto,.testsecret"})
  void otherKeysAreSentAsTheyAre(String auth, String key) {
    ZhipuCredential credential = new ZhipuCredential(auth, clock);
    Outbound request = request(key);

    assertThat(credential.sign(request)).as("there is nothing to renew").isNull();
    assertThat(request.headers()).containsEntry("authorization", "Bearer " + key);
  }

  @Test
  void whatCannotBeDoneIsRefused() {
    assertThatThrownBy(() -> new ZhipuCredential("token"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ZhipuCredential("jwt").sign(request("plain-secret")))
        .isInstanceOf(UpstreamException.class)
        .hasMessageNotContaining("plain-secret");
  }

  @Test
  void aTokenIsKeptAndRenewedAMinuteBeforeItExpires() {
    ZhipuCredential credential = new ZhipuCredential("auto", clock);
    authorization(credential, KEY);
    clock.forward(539_999);
    assertThat(authorization(credential, KEY)).isEqualTo("Bearer " + GOLDEN);
    clock.forward(1);
    assertThat(authorization(credential, KEY)).isNotEqualTo("Bearer " + GOLDEN);
  }

  @Test
  void aRefusedTokenIsMadeAnew() {
    ZhipuCredential credential = new ZhipuCredential("auto", clock);
    String first = credential.sign(request(KEY));
    clock.forward(1);

    assertThat(credential.renew(String.valueOf(first))).isTrue();
    assertThat(credential.sign(request(KEY))).isNotNull().isNotEqualTo(first);
  }

  private static String authorization(ZhipuCredential credential, String key) {
    Outbound request = request(key);
    credential.sign(request);
    return request.headers().getOrDefault("authorization", "");
  }

  private static Outbound request(String key) {
    Outbound request = new Outbound(URI.create("https://x.example:443"), "/v1/chat", new byte[0]);
    request.header("authorization", "Bearer " + key);
    return request;
  }

  @ParameterizedTest
  @CsvSource({"'',/v1/chat", "' ',/v1/chat", "12 3&x,/v1/chat?GroupId=12+3%26x"})
  void aQueryParameterIsSentWhereItIsSet(String value, String target) {
    Signed signed = Signed.by(new OptionalQuery("GroupId", value));

    assertThat(signed.request().pathAndQuery()).isEqualTo(target);
    assertThat(signed.proof()).isNull();
  }
}
