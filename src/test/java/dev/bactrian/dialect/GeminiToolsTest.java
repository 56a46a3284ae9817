package dev.bactrian.dialect;

import static dev.bactrian.dialect.GeminiFixture.FLASH;
import static dev.bactrian.dialect.GeminiFixture.OLD;
import static dev.bactrian.dialect.GeminiFixture.changes;
import static dev.bactrian.dialect.GeminiFixture.json;
import static dev.bactrian.dialect.GeminiFixture.refusal;
import static dev.bactrian.dialect.GeminiFixture.sent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiToolsTest {
  private static String function(String name, String more) {
    return "{\"type\":\"function\",\"function\":{\"name\":\"" + name + "\"" + more + "}}";
  }

  private static String tools(String... tools) {
    return "\"tools\":[" + String.join(",", tools) + "]";
  }

  @Test
  void allFunctionsStandInOneElementBesideGeminisOwn() {
    String members =
        tools(
            "{\"google_search\":{}}",
            function("a", ",\"description\":\"d\",\"strict\":true"),
            function("b", ",\"parameters\":{\"type\":\"object\",\"$schema\":\"s\"}"));
    assertThat(sent(FLASH, members).path("tools"))
        .isEqualTo(
            json(
                "[{\"functionDeclarations\":[{\"name\":\"a\",\"description\":\"d\"},"
                    + "{\"name\":\"b\",\"parametersJsonSchema\":{\"type\":\"object\",\"$schema\":\"s\"}}]},"
                    + "{\"google_search\":{}}]"));
    assertThat(changes(FLASH, members)).containsExactly("strict=dropped");
    assertThat(sent(FLASH, "\"tools\":[]").has("tools")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"none\" | {\"mode\":\"NONE\"} | a,b",
        "\"auto\" | {\"mode\":\"AUTO\"} | a,b",
        "\"required\" | {\"mode\":\"ANY\"} | a,b",
        "{\"type\":\"function\",\"function\":{\"name\":\"b\"}} |"
            + " {\"mode\":\"ANY\",\"allowedFunctionNames\":[\"b\"]} | a,b",
        "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\",\"tools\":["
            + "{\"type\":\"function\",\"function\":{\"name\":\"a\"}}]}} |"
            + " {\"mode\":\"ANY\",\"allowedFunctionNames\":[\"a\"]} | a",
        "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":["
            + "{\"type\":\"function\",\"function\":{\"name\":\"a\"}}]}} | {\"mode\":\"AUTO\"} | a",
        "null | | a,b"
      })
  void choices(String choice, String expected, String declared) {
    JsonNode sent =
        sent(FLASH, tools(function("a", ""), function("b", "")) + ",\"tool_choice\":" + choice);
    List<String> names = new ArrayList<>();
    sent.at("/tools/0/functionDeclarations").forEach(each -> names.add(each.path("name").asText()));
    assertThat(String.join(",", names)).isEqualTo(declared);
    assertThat(sent.has("toolConfig")).isEqualTo(expected != null);
    if (expected != null) {
      assertThat(sent.at("/toolConfig/functionCallingConfig")).isEqualTo(json(expected));
    }
  }

  @Test
  void aChoiceWithoutFunctionsIsNotSent() {
    assertThat(sent(FLASH, "\"tool_choice\":\"auto\"").has("toolConfig")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"\"sometimes\"", "{\"type\":\"custom\",\"custom\":{\"name\":\"x\"}}"})
  void anUnknownChoiceIsRefused(String choice) {
    assertThat(refusal(FLASH, tools(function("a", "")) + ",\"tool_choice\":" + choice).param())
        .isEqualTo("tool_choice");
  }

  @Test
  void anOlderModelGetsTheSubset() {
    String members =
        tools(
            function("a", ",\"parameters\":{\"type\":\"object\",\"properties\":{}}"),
            function(
                "b",
                ",\"parameters\":{\"type\":\"object\",\"additionalProperties\":false,"
                    + "\"properties\":{\"x\":{\"type\":[\"string\",\"null\"]}}}"));
    assertThat(sent(OLD, members).at("/tools/0/functionDeclarations"))
        .isEqualTo(
            json(
                "[{\"name\":\"a\"},{\"name\":\"b\",\"parameters\":{\"type\":\"object\","
                    + "\"properties\":{\"x\":{\"nullable\":true,\"type\":\"string\"}}}}]"));
  }
}
