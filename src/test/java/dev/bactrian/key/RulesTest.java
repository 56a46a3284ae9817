package dev.bactrian.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.bactrian.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"requests_per_minut\":1} | requests_per_minut",
        "{\"requests_per_minute\":0} | requests_per_minute",
        "{\"requests_per_minute\":\"many\"} | requests_per_minute",
        "{\"concurrent_requests\":-1} | concurrent_requests",
        "{\"models\":\"openai/*\"} | models",
        "{\"models\":[1]} | models",
        "{\"providers\":{}} | providers",
        "{\"budget\":5} | budget",
        "{\"budget\":{\"day\":5}} | day",
        "{\"budget\":{\"day_nanos\":-5}} | budget.day_nanos",
        "{\"time_zone\":\"Mars/Base\"} | time_zone",
        "{\"tags\":[1]} | tags",
        "{\"model_limits\":{}} | model_limits",
        "{\"model_limits\":[{\"requests_per_minute\":5}]} | model",
        "{\"model_limits\":[{\"model\":\"x\",\"budget\":5}]} | budget",
        "[] | rules",
      })
  void whatIsWrongIsNamed(String json, String name) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name);
  }

  @Test
  void theyAreWrittenAsTheyAreRead() throws JsonProcessingException {
    String json =
        "{\"models\":[\"openai/*\"],\"providers\":[\"openai\"],\"requests_per_minute\":5,"
            + "\"tokens_per_minute\":6,\"concurrent_requests\":7,"
            + "\"model_limits\":[{\"model\":\"openai/o*\",\"requests_per_minute\":1}],"
            + "\"budget\":{\"day_nanos\":1,\"month_nanos\":2,\"total_nanos\":3,\"total_tokens\":4},"
            + "\"time_zone\":\"Asia/Shanghai\",\"tags\":{\"team\":\"red\"}}";
    Rules rules = read(json);

    assertThat(Json.MAPPER.readTree(rules.text())).isEqualTo(Json.MAPPER.readTree(json));
    assertThat(Rules.parse(rules.text())).isEqualTo(rules);
  }

  @Test
  void nothingSaidIsNoRule() throws JsonProcessingException {
    assertThat(read("{\"models\":null}")).isEqualTo(Rules.NONE);
    assertThat(read("{}").permits("any/model", "any")).isTrue();
    assertThat(Rules.parse(Rules.NONE.text())).isEqualTo(Rules.NONE);
  }

  @Test
  void bothModelAndProviderMustBePermitted() throws JsonProcessingException {
    Rules rules = read("{\"models\":[\"*/small\"],\"providers\":[\"north\"]}");

    assertThat(rules.permits("north/small", "north")).isTrue();
    assertThat(rules.permits("north/large", "north")).isFalse();
    assertThat(rules.permits("south/small", "south")).isFalse();
  }

  @Test
  void anAllowanceIsForThoseWhoSayNothing() throws JsonProcessingException {
    assertThat(Rules.NONE.withAllowance(0)).isEqualTo(Rules.NONE);
    assertThat(Rules.NONE.withAllowance(9).budget().tokens()).isEqualTo(9);
    assertThat(read("{\"budget\":{\"total_tokens\":4}}").withAllowance(9).budget().tokens())
        .isEqualTo(4);
  }

  private static Rules read(String json) throws JsonProcessingException {
    return Rules.read(Json.MAPPER.readTree(json));
  }
}
