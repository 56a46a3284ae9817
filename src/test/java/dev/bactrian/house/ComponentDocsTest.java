package dev.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.bactrian.edition.EditionEndpoint;
import dev.bactrian.json.Json;
import dev.bactrian.upstream.UpstreamComponent;
import dev.bactrian.upstream.UpstreamEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the Camel catalog, Kaoto and other tools read of our components says what the annotations
 * do. The goals jandex and generate-component of camel-package-maven-plugin write such files.
 */
class ComponentDocsTest {
  private static final ClassFileImporter CLASSES = new ClassFileImporter();

  /** What Camel adds to each component that sends. */
  private static final String OF_CAMEL = "lazyStartProducer";

  @ParameterizedTest
  @ValueSource(classes = {UpstreamEndpoint.class, EditionEndpoint.class})
  void everyOptionIsDescribedAsItIs(Class<?> endpoint) throws IOException {
    JavaClass type = CLASSES.importClass(endpoint);
    UriEndpoint component = type.getAnnotationOfType(UriEndpoint.class);
    JsonNode described = description(component.scheme());
    JsonNode head = described.path("component");
    assertThat(head.path("scheme").asText()).isEqualTo(component.scheme());
    assertThat(head.path("title").asText()).isEqualTo(component.title());
    assertThat(head.path("syntax").asText()).isEqualTo(component.syntax());
    assertThat(head.path("producerOnly").asBoolean()).isEqualTo(component.producerOnly());
    Map<String, String> options = new TreeMap<>();
    described
        .path("properties")
        .properties()
        .forEach(option -> options.put(option.getKey(), words(option.getValue())));
    options.remove(OF_CAMEL);
    assertThat(options).isEqualTo(annotated(type));
  }

  @Test
  void theComponentsOwnOptionIsThere() throws IOException {
    JavaField field = CLASSES.importClass(UpstreamComponent.class).getField("maxConnections");
    Metadata option = field.getAnnotationOfType(Metadata.class);
    JsonNode described = description("upstream").path("componentProperties").path(field.getName());
    assertThat(described.path("description").asText()).isEqualTo(option.description());
    assertThat(described.path("defaultValue").asText()).isEqualTo(option.defaultValue());
  }

  @Test
  void catalogsFindThem() throws IOException {
    Properties found = new Properties();
    try (InputStream in = open("services/org/apache/camel/component.properties")) {
      found.load(in);
    }
    assertThat(found).containsEntry("components", "edition upstream");
    assertThat(found).containsEntry("artifactId", "bactrian");
    assertThat(found.getProperty("version")).doesNotContain("$");
  }

  private static Map<String, String> annotated(JavaClass endpoint) {
    Map<String, String> options = new TreeMap<>();
    for (JavaField field : endpoint.getFields()) {
      boolean required =
          field.tryGetAnnotationOfType(Metadata.class).map(Metadata::required).orElse(false);
      if (field.isAnnotatedWith(UriParam.class)) {
        JavaAnnotation<?> option = field.getAnnotationOfType(UriParam.class.getName());
        String prefix = text(option, "prefix");
        String more =
            prefix.isEmpty() ? "" : ". This is a multi-value option with prefix: " + prefix;
        options.put(
            field.getName(),
            words(required, text(option, "defaultValue"), text(option, "description") + more));
      } else if (field.isAnnotatedWith(UriPath.class)) {
        String said = field.getAnnotationOfType(UriPath.class).description();
        options.put(field.getName(), words(required, "", said));
      }
    }
    return options;
  }

  private static String text(JavaAnnotation<?> annotation, String member) {
    return annotation.get(member).map(Object::toString).orElse("");
  }

  private static String words(JsonNode option) {
    return words(
        option.path("required").asBoolean(),
        option.path("defaultValue").asText(),
        option.path("description").asText());
  }

  private static String words(boolean required, String value, String description) {
    return description + " | required: " + required + " | default: " + value;
  }

  private static JsonNode description(String scheme) throws IOException {
    try (InputStream in = open("dev/bactrian/" + scheme + "/" + scheme + ".json")) {
      return Json.MAPPER.readTree(in);
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream in = ComponentDocsTest.class.getResourceAsStream("/META-INF/" + name);
    if (in == null) {
      throw new IOException("META-INF/" + name + " is not there.");
    }
    return in;
  }
}
