package dev.bactrian.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.bactrian.error.ApiException;
import java.nio.charset.StandardCharsets;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadStepTest {
  private final CamelContext camel = new DefaultCamelContext();

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x"})
  void aBodyThatIsSaidNotToBeJsonIsRefused(String type) {
    ApiException refusal = refusal(type, "{}".getBytes(StandardCharsets.UTF_8));

    assertThat(refusal.status()).isEqualTo(415);
    assertThat(refusal.code()).isEqualTo("unsupported_media_type");
  }

  @Test
  void aRequestWithoutABodyIsRefused() {
    assertThat(refusal("application/json", new byte[0]).code()).isEqualTo("invalid_json");
    assertThat(refusal(null, null).code()).isEqualTo("invalid_json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "APPLICATION/JSON; charset=utf-8"})
  void aBrokenBodyIsRefused(String type) {
    ApiException refusal = refusal(type, "{".getBytes(StandardCharsets.UTF_8));

    assertThat(refusal.status()).isEqualTo(400);
    assertThat(refusal.code()).isEqualTo("invalid_json");
  }

  private ApiException refusal(@Nullable String type, byte @Nullable [] body) {
    Exchange exchange = new DefaultExchange(camel);
    exchange.getMessage().setHeader("Content-Type", type);
    exchange.getMessage().setBody(body);
    ApiException refusal =
        catchThrowableOfType(ApiException.class, () -> new ReadStep().process(exchange));
    assertThat(refusal).isNotNull();
    return refusal;
  }
}
