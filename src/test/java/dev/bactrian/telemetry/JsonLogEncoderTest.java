package dev.bactrian.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonLogEncoderTest {
  private final Logger logger = new LoggerContext().getLogger("some.Logger");
  private final JsonLogEncoder encoder = new JsonLogEncoder();

  private String line(String message, @Nullable Throwable thrown, Object... arguments) {
    encoder.start();
    byte[] line =
        encoder.encode(new LoggingEvent("", logger, Level.WARN, message, thrown, arguments));
    return new String(line, StandardCharsets.UTF_8);
  }

  @Test
  void oneObjectALine() throws IOException {
    String line = line("{} said \"no\"\nand left", null, "Müller");

    assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
    JsonNode json = Json.MAPPER.readTree(line);
    assertThat(json.path("level").asText()).isEqualTo("WARN");
    assertThat(json.path("logger").asText()).isEqualTo("some.Logger");
    assertThat(json.path("message").asText()).isEqualTo("Müller said \"no\"\nand left");
    assertThat(java.time.Instant.parse(json.path("time").asText())).isNotNull();
  }

  @Test
  void anExceptionIsAMember() throws IOException {
    JsonNode json = Json.MAPPER.readTree(line("failed", new IllegalStateException("out of order")));

    assertThat(json.path("exception").asText())
        .startsWith("java.lang.IllegalStateException: out of order\n")
        .contains("at dev.bactrian.telemetry.JsonLogEncoderTest");
  }
}
