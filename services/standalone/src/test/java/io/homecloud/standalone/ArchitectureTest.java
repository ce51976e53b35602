package io.homecloud.standalone;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.theClass;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.homecloud.control.api.TaskApi;
import io.homecloud.control.task.TaskStore;
import io.homecloud.standalone.reference.OurModules;
import io.homecloud.testkit.OnlyHostStartsPrograms;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The table of modules in docs/architecture.md, and what holds in all of them. */
class ArchitectureTest {
  /** What the modules beside the services may use of ours. */
  private static final Map<String, List<String>> BELOW =
      Map.of(
          "host", List.of(),
          "events", List.of(),
          "embedded", List.of("host"),
          "application", List.of("host"),
          "control", List.of("events", "host"),
          "pages", List.of("control", "events", "host"),
          "kubernetes", List.of("control", "events", "host"),
          "testkit", List.of("host", "embedded"));

  private static final List<String> SERVICE_USES = List.of("control", "events", "host", "pages");

  private static final DescribedPredicate<JavaMethodCall> ADDS_A_TASK =
      DescribedPredicate.describe(
          "adds a task",
          call ->
              call.getTargetOwner().isEquivalentTo(TaskStore.class)
                  && call.getName().equals("add"));

  private static JavaClasses main;

  @BeforeAll
  static void read() {
    main = new ClassFileImporter().importPaths(OurModules.existing("target/classes"));
  }

  @Test
  void onlyHostStartsPrograms() {
    // When, Then
    OnlyHostStartsPrograms.check(main);
  }

  @Test
  void modulesUseOnlyWhatIsBelowThemAndServicesNotEachOther() {
    // Given
    List<String> modules =
        OurModules.existing("pom.xml").stream()
            .map(Path::getParent)
            .map(module -> module.getFileName().toString())
            .filter(module -> !module.equals("standalone"))
            .toList();

    // When, Then
    assertThat(modules).contains("storage").containsAll(BELOW.keySet());
    for (String module : modules) {
      onlyUses(module, BELOW.getOrDefault(module, SERVICE_USES));
    }
  }

  private static void onlyUses(String module, List<String> below) {
    String[] allowed =
        Stream.concat(Stream.of(module), below.stream())
            .map(ArchitectureTest::packages)
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(packages(module))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.homecloud..").and(not(resideInAnyPackage(allowed))))
        .check(main);
  }

  private static String packages(String module) {
    return "io.homecloud." + module + "..";
  }

  /** So no request can forget {@code ?wait=} and {@code Idempotency-Key}: TaskApi reads both. */
  @Test
  void tasksAreOrderedByRequestsInOneWayOnly() {
    // When, Then
    noClasses()
        .that()
        .doNotBelongToAnyOf(TaskApi.class, TaskStore.class)
        .and()
        .doNotHaveSimpleName("PoolUpkeep") // orders by itself what a pool needs
        .and()
        .doNotHaveSimpleName("Proofs") // orders by itself what is due
        .and()
        .doNotHaveSimpleName("RunOrders") // a run and its task are one wish, made by ResourceApi
        .and()
        .doNotHaveSimpleName("RestoreReconciler") // orders what a restore wishes
        .should()
        .callMethodWhere(ADDS_A_TASK)
        .check(main);
    theClass(TaskApi.class).should().callMethodWhere(ADDS_A_TASK).check(main);
  }

  /** Where there is no Kubernetes nothing of it is loaded, and no service depends on it. */
  @Test
  void onlyOneModuleKnowsKubernetes() {
    // When, Then
    noClasses()
        .that()
        .resideOutsideOfPackage(packages("kubernetes"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", packages("kubernetes"))
        .check(main);
  }

  @Test
  void nothingThatIsShippedKnowsTests() {
    // When, Then
    noClasses()
        .that()
        .resideOutsideOfPackage(packages("testkit"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages("testkit"), "org.junit..", "org.assertj..")
        .check(main);
  }
}
