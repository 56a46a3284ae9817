package dev.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class KameletLintTest {
  private static final String FILE = "good-chat-action.kamelet.yaml";
  private static final String VERSION = "1.2.3";
  private static final String GOOD =
      """
      apiVersion: camel.apache.org/v1
      kind: Kamelet
      metadata:
        name: good-chat-action
        annotations:
          camel.apache.org/kamelet.support.level: "Preview"
          camel.apache.org/catalog.version: "1.2.3"
          camel.apache.org/kamelet.icon: "data:image/svg+xml;base64,PHN2Zy8+"
          camel.apache.org/provider: "Bactrian"
          camel.apache.org/kamelet.group: "AI"
          camel.apache.org/kamelet.namespace: "AI"
        labels:
          camel.apache.org/kamelet.type: "action"
      spec:
        definition:
          title: "Good Chat Action"
          description: "As it should be."
          required:
            - apiKey
          type: object
          properties:
            apiKey:
              title: "API Key"
              description: "The key."
              type: string
              format: password
              x-descriptors:
                - urn:camel:group:credentials
            baseUrl:
              title: "Base URL"
              description: "The address."
              type: string
            limit:
              title: "Limit"
              description: "The most."
              type: integer
        template:
          beans:
            - name: credential
              type: "#class:dev.bactrian.credential.KameletCredential"
              properties:
                header: "Authorization: Bearer {apiKey}"
          from:
            uri: "kamelet:source"
            steps:
              - removeHeaders:
                  pattern: "*"
              - to:
                  uri: "upstream:openai"
                  parameters:
                    baseUrl: "RAW({{baseUrl}})"
                    credential: "#bean:{{credential}}"
                    limit: "{{?limit}}"
      """;

  static List<Path> kamelets() {
    return Sources.files(Sources.KAMELETS, ".yaml");
  }

  @Test
  void whatIsGoodIsNotComplainedAbout() {
    assertThat(KameletLint.of(FILE, GOOD, VERSION)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: good-chat-action | name: other-chat-action | the file is not named",
        "name: good-chat-action | name: good | not named <provider>-<operation>-action",
        "kind: Kamelet | kind: Pipe | kind",
        "kamelet.support.level | support.level | no annotation kamelet.support.level",
        "org/provider | org/maker | no annotation provider",
        "kamelet.group | group | no annotation kamelet.group",
        "kamelet.namespace | namespace | no annotation kamelet.namespace",
        "\"1.2.3\" | \"1.2.4\" | catalog.version is not 1.2.3",
        "data:image | https://example.org | kamelet.icon is no data URI",
        "type: \"action\" | type: \"sink\" | kamelet.type",
        "Good Chat Action | Good Chat | the title does not end in Action",
        "description: \"As it should be.\" | x: y | no description",
        "type: object | type: string | type is not object",
        "- apiKey | - apiSecret | required but not declared: apiSecret",
        "title: \"Limit\" | x: y | limit has no title",
        "description: \"The most.\" | x: y | limit has no description",
        "type: integer | x: y | limit has no type",
        "\"Limit\" | \"The Limit\" | ill title",
        "\"Limit\" | \"limit\" | ill title",
        "\"Limit\" | \"Base URL\" | comes twice",
        "format: password | x: y | secret without the format password",
        "- urn:camel:group:credentials | - urn:camel:group:other | descriptor of a secret",
        "pattern: \"*\" | pattern: \"Camel*\" | removeHeaders",
        "- removeHeaders: | - removeHeader: | removeHeaders",
        "Bearer {apiKey} | Bearer {{apiKey}} | apiKey is in the template",
        "RAW({{baseUrl}}) | RAW({{baseUrl}}?key={{apiKey}}) | apiKey is in the template",
        "Bearer {apiKey} | Bearer {token} | declared but not used: apiKey",
        "Bearer {apiKey} | Bearer {token} | used but not declared: token",
        "credential.KameletCredential | other.Bean | declared but not used: apiKey",
        "{{?limit}} | 5 | declared but not used: limit",
        "{{?limit}} | {{?limits}} | used but not declared: limits"
      })
  void whatIsWrongIsComplainedAbout(String right, String wrong, String complaint) {
    assertThat(GOOD).contains(right);

    assertThat(KameletLint.of(FILE, GOOD.replace(right, wrong), VERSION))
        .anySatisfy(found -> assertThat(found).contains(complaint));
  }

  @Test
  void aLongFileIsComplainedAbout() {
    assertThat(KameletLint.of(FILE, GOOD + "#\n".repeat(200), VERSION))
        .containsExactly("longer than 200 lines");
  }

  @Test
  void thereAreKamelets() {
    assertThat(kamelets()).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("kamelets")
  void aKameletIsSound(Path file) {
    assertThat(KameletLint.of(Sources.name(file), Sources.text(file), Sources.camelVersion()))
        .as(file.toString())
        .isEmpty();
  }
}
