package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SensenovaCredentialTest {
  /** Made with Python's hmac: id TESTAK, secret TESTSK, exp 1750001800, nbf 1749999995. */
  private static final String GOLDEN =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
          + ".eyJpc3MiOiJURVNUQUsiLCJleHAiOjE3NTAwMDE4MDAsIm5iZiI6MTc0OTk5OTk5NX0"
          + ".yOqQ9rD_eC9p21sWfHM3C5_Jw3qwNcSvuVDMM4P_mps";

  private final TestClock clock = new TestClock(1_750_000_000_000L);

  private SensenovaCredential with(String apiKey, String id, String secret) {
    Settings settings =
        Signed.settings(
            "api", "auto", "apiKey", apiKey, "accessKeyId", id, "secretAccessKey", secret);
    return new SensenovaCredential(settings, clock);
  }

  @ParameterizedTest
  @CsvSource({"TESTAK:TESTSK,'',''", "'',TESTAK,TESTSK", "' TESTAK : TESTSK ','',''"})
  void anAccessKeyAndItsSecretMakeAToken(String apiKey, String id, String secret) {
    SensenovaCredential credential = with(apiKey, id, secret);

    assertThat(credential.api()).isEqualTo("native");
    assertThat(Signed.by(credential).authorization()).isEqualTo("Bearer " + GOLDEN);
  }

  @ParameterizedTest
  @CsvSource({"sk-plain,'',''", "sk-plain,TESTAK,''", "sk-plain,'',TESTSK"})
  void aPlainKeyIsSentAsItIs(String apiKey, String id, String secret) {
    SensenovaCredential credential = with(apiKey, id, secret);

    assertThat(credential.api()).isEqualTo("token");
    Signed signed = Signed.by(credential);
    assertThat(signed.authorization()).isEqualTo("Bearer sk-plain");
    assertThat(signed.proof()).as("there is nothing to renew").isNull();
  }

  @Test
  void aTokenIsKeptAndRenewedAMinuteBeforeItExpires() {
    SensenovaCredential credential = with("TESTAK:TESTSK", "", "");
    String first = Signed.by(credential).authorization();
    clock.forward(1_739_999);
    assertThat(Signed.by(credential).authorization()).isEqualTo(first);
    clock.forward(1);
    assertThat(Signed.by(credential).authorization()).isNotEqualTo(first);
  }

  @Test
  void aRefusedTokenIsMadeAnew() {
    SensenovaCredential credential = with("TESTAK:TESTSK", "", "");
    Signed first = Signed.by(credential);
    clock.forward(2_000);
    assertThat(credential.renew(String.valueOf(first.proof()))).isTrue();
    assertThat(Signed.by(credential).authorization()).isNotEqualTo(first.authorization());
  }

  @Test
  void theSecretIsNotShown() {
    assertThat(new KeyPair("id", "TESTSK").toString()).doesNotContain("TESTSK");
  }
}
