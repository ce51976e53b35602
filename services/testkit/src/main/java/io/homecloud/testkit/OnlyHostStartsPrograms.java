package io.homecloud.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/**
 * Programs are started in one place, which knows deadlines and descendants. A module's test calls
 * {@code OnlyHostStartsPrograms.check("io.homecloud.storage")}; its test classes are held to it
 * too.
 */
public final class OnlyHostStartsPrograms {
  private static final Set<String> STARTERS =
      Set.of("java.lang.ProcessBuilder", "java.lang.Process", "java.lang.ProcessHandle");

  private static final ArchRule RULE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.homecloud.host..")
          .should()
          .dependOnClassesThat(describe("are processes", c -> STARTERS.contains(c.getName())))
          .orShould()
          .callMethodWhere(
              describe(
                  "Runtime.exec",
                  call ->
                      call.getTarget().getOwner().isEquivalentTo(Runtime.class)
                          && call.getTarget().getName().equals("exec")))
          .because("only io.homecloud.host starts programs");

  private OnlyHostStartsPrograms() {}

  public static void check(String... packages) {
    check(new ClassFileImporter().importPackages(packages));
  }

  /** The same of classes that were read already. */
  public static void check(JavaClasses classes) {
    RULE.check(classes);
  }
}
