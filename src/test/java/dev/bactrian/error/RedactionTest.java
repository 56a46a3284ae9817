package dev.bactrian.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final String SECRET = "s e/c+r\"e\\t$1&<x>=";

  private final Redaction redaction = new Redaction(List.of(" ", SECRET, "other-secret"));

  @Test
  void aSecretIsTakenOutHoweverItIsSpelt() {
    byte[] bytes = SECRET.getBytes(StandardCharsets.UTF_8);
    String form = URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
    for (String spelt :
        List.of(
            SECRET,
            form,
            form.replace("+", "%20"),
            "s e/c+r\\\"e\\\\t$1&<x>=",
            "s e/c+r&quot;e\\t$1&amp;&lt;x>=",
            Base64.getEncoder().encodeToString(bytes),
            Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))) {
      assertThat(redaction.of("key " + spelt + " and other-secret."))
          .startsWith("key ***")
          .endsWith(" and ***.")
          .doesNotContain(spelt);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "abc is wrong,*** is wrong",
    "abcdef is right,abcdef is right",
    "'(abc)','(***)'",
    "key=abc,key=***"
  })
  void aShortSecretIsOnlyTakenOutAsAWord(String text, String shown) {
    assertThat(new Redaction(List.of("abc")).of(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nothing of it", "s e/c+r"})
  void otherWordsStay(String text) {
    assertThat(redaction.of(text)).isEqualTo(text);
    assertThat(new Redaction(List.of()).of(text)).isEqualTo(text);
  }

  @Test
  void allThatIsSaidOfAFailureIsCleaned() {
    UpstreamException shown =
        redaction.of(
            new UpstreamException(
                ErrorClass.BAD_REQUEST, 422, "m " + SECRET, SECRET, "a.other-secret", 7));

    assertThat(shown.reason()).isEqualTo("m ***");
    assertThat(shown.code()).isEqualTo("***");
    assertThat(shown.param()).isEqualTo("a.***");
    assertThat(shown.errorClass()).isEqualTo(ErrorClass.BAD_REQUEST);
    assertThat(shown.status()).isEqualTo(422);
    assertThat(shown.retryAfterMillis()).isEqualTo(7);
    assertThat(
            redaction.of(new UpstreamException(ErrorClass.RATE, 429, "m", null, null, -1)).code())
        .isNull();
  }
}
