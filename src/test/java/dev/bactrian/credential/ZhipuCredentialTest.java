package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.UpstreamException;
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

  private ZhipuCredential with(String auth, String key) {
    return new ZhipuCredential(Signed.settings("auth", auth, "apiKey", key), clock);
  }

  @ParameterizedTest
  @CsvSource({"auto,testid.testsecret", "jwt,' testid.testsecret '"})
  void anIdAndItsSecretMakeAToken(String auth, String key) {
    ZhipuCredential credential = with(auth, key);

    assertThat(Signed.by(credential).authorization()).isEqualTo("Bearer " + GOLDEN);
  }

  @ParameterizedTest
  @CsvSource({"key,testid.testsecret", "auto,plain", "auto,testid.", "auto,.testsecret"})
  void otherKeysAreSentAsTheyAre(String auth, String key) {
    ZhipuCredential credential = with(auth, key);
    Signed signed = Signed.by(credential);

    assertThat(signed.proof()).as("there is nothing to renew").isNull();
    assertThat(signed.authorization()).isEqualTo("Bearer " + key);
  }

  @Test
  void whatCannotBeDoneIsRefused() {
    assertThatThrownBy(() -> with("token", KEY)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Signed.by(with("jwt", "plain-secret")))
        .isInstanceOf(UpstreamException.class)
        .hasMessageNotContaining("plain-secret");
  }

  @Test
  void aTokenIsKeptAndRenewedAMinuteBeforeItExpires() {
    ZhipuCredential credential = with("auto", KEY);
    Signed.by(credential).authorization();
    clock.forward(539_999);
    assertThat(Signed.by(credential).authorization()).isEqualTo("Bearer " + GOLDEN);
    clock.forward(1);
    assertThat(Signed.by(credential).authorization()).isNotEqualTo("Bearer " + GOLDEN);
  }

  @Test
  void aRefusedTokenIsMadeAnew() {
    ZhipuCredential credential = with("auto", KEY);
    String first = Signed.by(credential).proof();
    clock.forward(1);

    assertThat(credential.renew(String.valueOf(first))).isTrue();
    assertThat(Signed.by(credential).proof()).isNotNull().isNotEqualTo(first);
  }
}
