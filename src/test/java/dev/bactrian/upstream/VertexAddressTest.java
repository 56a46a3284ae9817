package dev.bactrian.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VertexAddressTest {
  @ParameterizedTest
  @CsvSource({
    "v1,global,'',https://aiplatform.googleapis.com/v1/projects/p/locations/global",
    "v1,us-east5,'',https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5",
    "v1beta1,us-east5,' ',https://us-east5-aiplatform.googleapis.com/v1beta1/projects/p/locations/us-east5",
    "v1,eu,https://proxy/a/v1/,https://proxy/a/v1/projects/p/locations/eu",
    "v1beta1,eu,https://proxy/a/v1,https://proxy/a/v1beta1/projects/p/locations/eu",
    "v1,eu,https://proxy,https://proxy/v1/projects/p/locations/eu"
  })
  void places(String version, String location, String baseUrl, String expected) {
    assertThat(VertexAddress.of(version, "p", location, baseUrl)).isEqualTo(expected);
  }
}
