package dev.bactrian.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bactrian.kit.ApiClient;
import org.junit.jupiter.api.Test;

class SimulatorsTest {
  @Test
  void theEnvironmentOfAllAndOfAVariantCanBeFetched() {
    try (Simulators simulators = Simulators.start(0)) {
      int port = simulators.server().port();
      ApiClient client = new ApiClient(port, null);

      String all = client.get("/env").body();
      assertThat(all)
          .contains("export DEEPSEEK_BASE_URL='http://127.0.0.1:" + port + "/deepseek'\n")
          .contains("unset BAIDU_SECRET_KEY\n")
          .contains("'\\''");
      assertThat(client.get("/env/bedrock-token").body())
          .contains("unset BEDROCK_SECRET_ACCESS_KEY\n", "export BEDROCK_API_KEY=")
          .doesNotContain("unset BEDROCK_API_KEY", "DEEPSEEK");
      assertThat(client.get("/env/nobody").body()).isEmpty();
      assertThat(client.get("/nobody/v1").status()).isEqualTo(404);
    }
  }
}
