package dev.bactrian.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.UpstreamException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderCredentialTest {
  private static final String BEARER = "Authorization: Bearer {apiKey}";
  private static final String EITHER = "x-api-key: {apiKey} | " + BEARER.replace("api", "auth");

  private static Map<String, String> sent(String header, String... settings) {
    return Signed.by(new HeaderCredential(header, "", Signed.settings(settings)))
        .request()
        .headers();
  }

  @Test
  void aKeyIsSentAndNoneIsNot() {
    assertThat(sent(BEARER, "apiKey", " k ")).isEqualTo(Map.of("authorization", "Bearer k"));
    assertThat(sent(BEARER, "apiKey", " ")).isEmpty();
    assertThat(sent("", "apiKey", "k")).isEmpty();
  }

  @Test
  void theFirstThatIsSetIsSent() {
    assertThat(sent(EITHER, "apiKey", "k", "authKey", "t")).isEqualTo(Map.of("x-api-key", "k"));
    assertThat(sent(EITHER, "apiKey", "", "authKey", "t"))
        .isEqualTo(Map.of("authorization", "Bearer t"));
  }

  @Test
  void aKeyMayHoldWhatHasAMeaningElsewhere() {
    String key = "a\"b\\n\\\\${x}{{y}}#{z}#bean:w$1|{apiKey}";
    assertThat(sent(BEARER, "apiKey", key)).isEqualTo(Map.of("authorization", "Bearer " + key));
  }

  @ParameterizedTest
  @CsvSource({"'',/v1/chat", "' ',/v1/chat", "12 3&x,/v1/chat?GroupId=12+3%26x"})
  void aQueryParameterIsSentWhereItIsSet(String value, String target) {
    Settings settings = Signed.settings("groupId", value);
    Signed signed = Signed.by(new HeaderCredential("", "GroupId={groupId}", settings));

    assertThat(signed.request().pathAndQuery()).isEqualTo(target);
    assertThat(signed.proof()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Authorization", "Authorization: Bearer", "{apiKey}", "a: {b} {c}"})
  void anotherFormIsRefused(String header) {
    assertThatThrownBy(() -> sent(header, "apiKey", "k"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(header);
  }

  @Test
  void aPropertyThatIsNotGivenIsRefusedByItsName() {
    assertThatThrownBy(() -> sent(BEARER, "key", "very-secret"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("apiKey")
        .hasMessageNotContaining("very-secret");
  }

  @Test
  void whatAHeaderCannotCarryIsRefusedWithoutSayingIt() {
    assertThatThrownBy(() -> sent(BEARER, "apiKey", "sec\r\nret: x"))
        .isInstanceOf(UpstreamException.class)
        .hasMessageNotContaining("sec");
  }
}
