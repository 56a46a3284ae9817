package dev.bactrian.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AzureAddressTest {
  private static final String CLASSIC =
      "/openai/deployments/{model}/chat/completions?api-version=2024-10-21";
  private static final String VERSION_1 = "/openai/v1/chat/completions";

  @ParameterizedTest
  @CsvSource({
    "https://r.openai.azure.com",
    "https://r.openai.azure.com/",
    "https://r.openai.azure.com/openai",
    "' https://r.openai.azure.com/openai/v1/ '"
  })
  void theResourceIsWhatIsCommon(String baseUrl) {
    assertThat(AzureAddress.resource(baseUrl)).isEqualTo("https://r.openai.azure.com");
  }

  @ParameterizedTest
  @CsvSource({
    "auto,https://r.openai.azure.com/," + CLASSIC,
    "auto,https://r.openai.azure.com/openai/v1/," + VERSION_1,
    "classic,https://r.openai.azure.com/openai/v1," + CLASSIC,
    "v1,https://r.services.ai.azure.com," + VERSION_1
  })
  void theApiGoesByTheAddressOrIsChosen(String api, String baseUrl, String path) {
    assertThat(AzureAddress.path(api, baseUrl, "2024-10-21")).isEqualTo(path);
  }

  @Test
  void anApiThatIsUnknownIsRefused() {
    assertThatThrownBy(() -> AzureAddress.path("v2", "https://r", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("v2");
  }
}
