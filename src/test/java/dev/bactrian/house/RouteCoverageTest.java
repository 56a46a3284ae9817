package dev.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class RouteCoverageTest {
  @Test
  void routesAreExercisedByCallsFromOutsideAndFromEachOther() throws Exception {
    try (CamelContext camel = new DefaultCamelContext()) {
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:coverage-a").routeId("coverage-a").to("direct:coverage-b");
              from("direct:coverage-b").routeId("coverage-b").toD("direct:coverage-${body}");
              from("direct:coverage-c").routeId("coverage-c").log("c");
              from("direct:coverage-d").routeId("coverage-d").log("d");
            }
          });
      camel.start();
      RouteCoverage.watch(camel);
      assertThat(RouteCoverage.missing(camel)).hasSize(4);

      try (ProducerTemplate template = camel.createProducerTemplate()) {
        template.sendBody("direct:coverage-a", "c");
      }

      assertThat(RouteCoverage.exercised()).contains("coverage-a", "coverage-b", "coverage-c");
      assertThat(RouteCoverage.missing(camel)).containsExactly("coverage-d");
    }
  }
}
