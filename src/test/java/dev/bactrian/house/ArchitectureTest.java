package dev.bactrian.house;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.util.Set;
import org.apache.camel.Exchange;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final int LONGEST_CLASS = 300;

  private static final Set<String> ADAPTERS =
      Set.of(
          "Bactrian",
          "BactrianAutoConfiguration",
          "BactrianGateway",
          "ComponentSettings",
          "DefaultSettings",
          "DoorExecutor",
          "DoorHeaders",
          "DoorServer",
          "Edition",
          "EditionComponent",
          "EditionEndpoint",
          "EditionLoader",
          "Embedded",
          "HostBeans",
          "HostSettings",
          "HttpHost",
          "KameletCredential",
          "PlainProperties",
          "RouteFiles",
          "RoutePlaces",
          "ServerFactory",
          "ServletHost",
          "SpringSettings",
          "UpstreamComponent",
          "UpstreamEndpoint",
          "UpstreamProducer",
          "VertxHost");

  private static final JavaClasses BACTRIAN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.bactrian");

  private static final DescribedPredicate<JavaClass> IS_ADAPTER =
      describe(
          "adapters to Camel",
          type -> {
            String name = outermost(type).getSimpleName();
            return name.endsWith("Step")
                || name.endsWith("Predicate")
                || name.endsWith("Converters")
                || name.endsWith("Binding")
                || ADAPTERS.contains(name);
          });

  private static final ArchRule ONLY_ADAPTERS_KNOW_CAMEL =
      noClasses()
          .that(DescribedPredicate.not(IS_ADAPTER))
          .should()
          .dependOnClassesThat(resideInAPackage("org.apache.camel.."));

  @Test
  void onlyAdaptersKnowCamel() {
    ONLY_ADAPTERS_KNOW_CAMEL.check(BACTRIAN);
  }

  @Test
  void aClassThatKnowsCamelIsNoticed() {
    JavaClasses culprit = new ClassFileImporter().importClasses(KnowsCamel.class);

    assertThat(ONLY_ADAPTERS_KNOW_CAMEL.evaluate(culprit).hasViolation()).isTrue();
  }

  @Test
  void onlyTheApplicationKnowsCamelMain() {
    noClasses()
        .that(
            describe(
                "not the application",
                type ->
                    !Set.of("Bactrian", "ServerFactory").contains(outermost(type).getSimpleName())))
        .should()
        .dependOnClassesThat(resideInAPackage("org.apache.camel.main.."))
        .check(BACTRIAN);
  }

  /**
   * Steps lift a package's own classes onto the exchange, where the call of all packages travels;
   * they sit on top of everything and nothing uses them, so they are not part of the layers.
   */
  @Test
  void packagesHaveNoCycles() {
    slices()
        .matching("dev.bactrian.(*)..")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(
            describe("steps", type -> outermost(type).getSimpleName().endsWith("Step")),
            DescribedPredicate.alwaysTrue())
        .check(BACTRIAN);
  }

  @Test
  void nothingUsesAStep() {
    noClasses()
        .that(describe("not a step", type -> !outermost(type).getSimpleName().endsWith("Step")))
        .should()
        .dependOnClassesThat(
            describe(
                "are steps",
                type ->
                    type.getPackageName().startsWith("dev.bactrian")
                        && outermost(type).getSimpleName().endsWith("Step")))
        .check(BACTRIAN);
  }

  @Test
  void everyPackageIsNullMarked() {
    classes()
        .should()
        .resideInAnyPackage(
            BACTRIAN.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .filter(each -> each.isAnnotatedWith(NullMarked.class))
                .map(each -> each.getName())
                .toArray(String[]::new))
        .check(BACTRIAN);
  }

  @Test
  void noClassIsLong() {
    for (Path file : Sources.files(Path.of("src/main/java"), ".java")) {
      assertThat(Sources.text(file).lines().count())
          .as("lines of %s", file)
          .isLessThanOrEqualTo(LONGEST_CLASS);
    }
  }

  private static JavaClass outermost(JavaClass type) {
    JavaClass outermost = type;
    while (outermost.getEnclosingClass().isPresent()) {
      outermost = outermost.getEnclosingClass().get();
    }
    return outermost;
  }

  /** What the rule must notice. */
  @SuppressWarnings("UnusedNestedClass")
  private static final class KnowsCamel {
    private KnowsCamel() {}

    static boolean isOver(Exchange exchange) {
      return exchange.isFailed();
    }
  }
}
