package dev.bactrian.dialect;

import static dev.bactrian.dialect.GeminiFixture.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bactrian.error.UpstreamException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiSchemaTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"$schema\":\"s\",\"$id\":\"i\",\"type\":\"object\",\"strict\":true} | {\"type\":\"object\"} |",
        "{\"const\":\"a\"} | {\"type\":\"string\",\"enum\":[\"a\"]} |",
        "{\"const\":5} | {} | schema=simplified",
        "{\"type\":\"integer\",\"enum\":[1,2]} | {\"type\":\"integer\"} | schema=simplified",
        "{\"type\":[\"integer\",\"null\"]} | {\"type\":\"integer\",\"nullable\":true} |",
        "{\"type\":[\"integer\",\"string\"]} |"
            + " {\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"string\"}]} |",
        "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]} |"
            + " {\"nullable\":true,\"type\":\"string\"} |",
        "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"number\"}]} |"
            + " {\"anyOf\":[{\"type\":\"string\"},{\"type\":\"number\"}]} |",
        "{\"allOf\":[{\"properties\":{\"a\":{}},\"required\":[\"a\"]},"
            + "{\"properties\":{\"b\":{}},\"required\":[\"b\"]}]} |"
            + " {\"properties\":{\"a\":{},\"b\":{}},\"required\":[\"a\",\"b\"]} |",
        "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"string\"}},\"description\":\"d\"} |"
            + " {\"type\":\"string\",\"description\":\"d\"} |",
        "{\"$ref\":\"other.json\"} | {} | schema=simplified",
        "{\"type\":\"array\",\"items\":{\"additionalProperties\":false,\"type\":\"string\"}} |"
            + " {\"type\":\"array\",\"items\":{\"type\":\"string\"}} |",
        "{\"type\":\"string\",\"format\":\"date-time\"} |"
            + " {\"type\":\"string\",\"format\":\"date-time\"} |",
        "{\"type\":\"string\",\"format\":\"email\"} | {\"type\":\"string\"} | schema=simplified",
        "{\"not\":{},\"if\":{}} | {} | schema=simplified",
        "{\"properties\":{\"format\":{\"type\":\"string\"},\"$ref\":true}} |"
            + " {\"properties\":{\"format\":{\"type\":\"string\"},\"$ref\":{}}} |"
      })
  void cleaned(String schema, String expected, String changes) {
    List<String> told = new ArrayList<>();
    assertThat(GeminiSchema.clean(json(schema), told)).isEqualTo(json(expected));
    assertThat(String.join(";", told)).isEqualTo(changes == null ? "" : changes);
  }

  @Test
  void aReferenceToItselfEnds() {
    List<String> told = new ArrayList<>();
    String tree = "{\"type\":\"object\",\"properties\":{\"child\":{\"$ref\":\"#\"}}}";
    assertThat(GeminiSchema.clean(json(tree), told).toString()).hasSizeLessThan(1000);
    assertThat(told).containsExactly("schema=simplified");
  }

  @Test
  void aFewLinesDoNotFillTheMemory() {
    StringBuilder bomb = new StringBuilder("{\"properties\":{");
    for (int i = 0; i < 20; i++) {
      bomb.append(i == 0 ? "" : ",").append("\"p").append(i).append("\":{\"$ref\":\"#\"}");
    }
    assertThatThrownBy(() -> GeminiSchema.clean(json(bomb + "}}"), new ArrayList<>()))
        .isInstanceOf(UpstreamException.class)
        .hasMessageContaining("too large");
  }
}
