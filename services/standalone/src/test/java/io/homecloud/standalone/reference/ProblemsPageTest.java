package io.homecloud.standalone.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.problem.ProblemCode;
import io.homecloud.control.problem.ProblemMappers;
import io.homecloud.testkit.GeneratedPage;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.jandex.ClassInfo;
import org.junit.jupiter.api.Test;

/** Every problem that a request can be answered with is in the reference. */
class ProblemsPageTest {
  private static final String HEAD =
      """
      # Problems

      Generated from the enums of `ProblemCode` by `./homecloud reference`; a test fails when this page is out of date.

      A request that cannot be done is answered as RFC 9457 says: `type`, `title`, `status`, and a `detail` that tells the way out.
      The type stays the same from release to release. The last part of it is the word in conditions and logs too.

      """;

  @Test
  void theReferenceListsThemAll() {
    // Given
    Map<String, List<ProblemCode>> services = new TreeMap<>();
    for (ClassInfo type : new ApiScan().classes().getAllKnownImplementations(ProblemCode.class)) {
      services.put(type.simpleName(), codes(type));
    }

    // When
    String page =
        services.entrySet().stream()
            .map(entry -> section(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining("\n", HEAD, ""));

    // Then
    assertThat(services).isNotEmpty();
    GeneratedPage.check("docs/reference/problems.md", page);
  }

  private static List<ProblemCode> codes(ClassInfo type) {
    try {
      return Stream.of(Class.forName(type.name().toString()).getEnumConstants())
          .map(ProblemCode.class::cast)
          .sorted(Comparator.comparing(ProblemCode::word))
          .toList();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String section(String name, List<ProblemCode> codes) {
    return codes.stream()
        .map(code ->
            "| `%s%s` | %d | %s |\n"
                .formatted(ProblemMappers.TYPE_PREFIX, code.word(), code.status(), code.title()))
        .collect(
            Collectors.joining(
                "", "## " + name + "\n\n| type | status | title |\n| --- | --- | --- |\n", ""));
  }
}
