package dev.bactrian.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.bactrian.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the image, the manifests and the unit say about the project is true. */
class DeployTest {
  private static final Path KUBERNETES = Path.of("deploy/kubernetes");
  private static final Pattern VARIABLE = Pattern.compile("BACTRIAN_[A-Z_]+");
  private static final Pattern COPIED =
      Pattern.compile("^COPY (?!--from)(.*) \\S+$", Pattern.MULTILINE);

  @Test
  void theImageIsMadeOfFilesThatAreThere() throws IOException {
    String dockerfile = Files.readString(Path.of("Dockerfile"));
    String sent = Files.readString(Path.of(".dockerignore"));
    List<String> sources =
        COPIED
            .matcher(dockerfile)
            .results()
            .flatMap(copy -> Stream.of(copy.group(1).split(" ")))
            .filter(source -> !source.endsWith("*"))
            .toList();
    assertThat(sources).contains("pom.xml", "bactrian", "src");
    assertThat(sources)
        .allSatisfy(
            source -> {
              assertThat(Path.of(source)).exists();
              assertThat(sent).contains("!" + source);
            });
  }

  @Test
  void everySettingOfTheFilesIsOneOfTheGateway() throws IOException {
    Properties settings = new Properties();
    try (var in =
        Files.newInputStream(Path.of("src/main/resources/bactrian/settings.properties"))) {
      settings.load(in);
    }
    String known = settings.values() + Files.readString(Path.of("bactrian")) + "BACTRIAN_LOG_LEVEL";
    try (Stream<Path> files = Files.walk(Path.of("deploy"))) {
      for (Path file :
          Stream.concat(files.filter(Files::isRegularFile), Stream.of(Path.of("Dockerfile")))
              .toList()) {
        List<String> named =
            VARIABLE.matcher(Files.readString(file)).results().map(MatchResult::group).toList();
        assertThat(named).as(file.toString()).allSatisfy(name -> assertThat(known).contains(name));
      }
    }
  }

  @Test
  void thePodIsReadOnlyAndNobody() throws IOException {
    JsonNode pod = manifest("deployment.yaml").at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0");
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(container.at("/securityContext/capabilities/drop/0").asText()).isEqualTo("ALL");
    assertThat(container.at("/volumeMounts").findValuesAsText("mountPath"))
        .containsExactlyInAnyOrder("/data", "/tmp");
  }

  @Test
  void aPodThatGoesHasTimeForItsStreams() throws IOException {
    JsonNode pod = manifest("deployment.yaml").at("/spec/template/spec");
    JsonNode container = pod.at("/containers/0");
    long drain = 0;
    for (JsonNode variable : container.path("env")) {
      if (variable.path("name").asText().equals("BACTRIAN_DRAIN_TIMEOUT")) {
        drain = variable.path("value").asLong() / 1000;
      }
    }
    long before = container.at("/lifecycle/preStop/exec/command/1").asLong();
    assertThat(drain).isPositive();
    assertThat(pod.path("terminationGracePeriodSeconds").asLong()).isGreaterThan(before + drain);
  }

  @Test
  void everyManifestIsApplied() throws IOException {
    List<String> applied = new ArrayList<>();
    manifest("kustomization.yaml").path("resources").forEach(name -> applied.add(name.asText()));
    applied.add("kustomization.yaml");
    try (Stream<Path> files = Files.list(KUBERNETES)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(applied);
    }
  }

  private static JsonNode manifest(String name) throws IOException {
    Load yaml = new Load(LoadSettings.builder().setLabel(name).build());
    return Json.MAPPER.valueToTree(yaml.loadFromString(Files.readString(KUBERNETES.resolve(name))));
  }
}
