package dev.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class YamlSchemaTest {
  private static final String GOOD =
      """
      - route:
          id: good
          description: As it should be
          from:
            uri: direct
            parameters:
              name: good
            steps:
              - choice:
                  when:
                    - id: two
                      description: When it is two
                      expression:
                        simple:
                          expression: "${variable.x} == 2"
                      steps:
                        - to:
                            uri: direct
                            parameters:
                              name: two
              - delay:
                  expression:
                    constant:
                      expression: "5"
              - filter:
                  expression:
                    simple:
                      expression: "${body} regex 'this or that'"
                  steps:
                    - setBody:
                        constant:
                          expression: a text is in order
      - routeTemplate:
          id: template
          description: As it should be
          parameters:
            - name: x
          route:
            from:
              uri: direct
              parameters:
                name: "{{x}}"
              steps:
                - process:
                    ref: it
      - templatedRoute:
          routeTemplateRef: template
          routeId: made
          parameters:
            - name: x
              value: "1"
      - beans:
          - name: it
            type: a.B
            constructors:
              "0": "1"
      """;

  static List<Path> routeFiles() {
    return Stream.of(Sources.ROUTES, Path.of("examples"))
        .flatMap(folder -> Sources.files(folder, ".camel.yaml").stream())
        .toList();
  }

  @Test
  void whatIsGoodIsNotComplainedAbout() {
    assertThat(RouteLint.of(GOOD)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "uri: direct | url: direct | schema",
        "- choice: | - choise: | schema",
        "value: \"1\" | value: 1 | schema",
        "name: it | nome: it | schema",
        "expression: \"5\" | expression: 5 | schema",
        "id: good | precondition: x | no id",
        "id: two | disabled: false | no id",
        "description: When it is two | disabled: false | no description",
        "description: As it should be | precondition: x | no description",
        "routeId: made | prefixId: x | no routeId",
        "x} == 2\" | x} == 2 && ${variable.y} == 3\" | comparison",
        "x} == 2\" | x} > 2 or ${body} == 3\" | comparison",
        "x} == 2\" | x} == 2 ? ${a} : ${b}\" | comparison",
        "\"0\": \"1\" | 0: \"1\" | not quoted",
        "\"0\": \"1\" | \"0\": 1 | not quoted",
        "name: \"{{x}}\" | name: 12 | not quoted"
      })
  void whatIsWrongIsComplainedAbout(String right, String wrong, String complaint) {
    assertThat(GOOD).contains(right);

    assertThat(RouteLint.of(GOOD.replace(right, wrong)))
        .anySatisfy(found -> assertThat(found).contains(complaint));
  }

  @Test
  void aRouteWithoutIdAndDescriptionIsComplainedAbout() {
    String bare = GOOD.replaceFirst("id: good\n *description: .*\n *", "");

    assertThat(RouteLint.of(bare)).contains("a route has no id", "a route has no description");
  }

  @Test
  void aLongFileIsComplainedAbout() {
    assertThat(RouteLint.of(GOOD + "#\n".repeat(200))).containsExactly("longer than 200 lines");
  }

  @Test
  void thereAreRouteFiles() {
    assertThat(routeFiles()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("routeFiles")
  void aRouteFileIsSound(Path file) {
    assertThat(RouteLint.of(Sources.text(file))).as(file.toString()).isEmpty();
  }
}
