package dev.bactrian.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BedrockKameletTest {
  @ParameterizedTest
  @CsvSource({
    "'',https://bedrock-runtime.us-east-1.amazonaws.com",
    "?region=eu-central-1,https://bedrock-runtime.eu-central-1.amazonaws.com",
    "?baseUrl=https://vpce.example,https://vpce.example"
  })
  void theAddressIsTheRegionsUnlessItIsGiven(String parameters, String address) throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:a").to("kamelet:bedrock-chat-action" + parameters);
            }
          });
      context.start();

      assertThat(context.getEndpoints())
          .filteredOn(UpstreamEndpoint.class::isInstance)
          .extracting(endpoint -> ((UpstreamEndpoint) endpoint).getBaseUrl())
          .containsExactly(address);
    }
  }
}
