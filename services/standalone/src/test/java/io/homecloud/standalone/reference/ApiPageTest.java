package io.homecloud.standalone.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.GeneratedPage;
import org.junit.jupiter.api.Test;

/** The API as the code has it is the API as the documents have it. */
class ApiPageTest {
  @Test
  void everyOperationSaysWhatItDoesForWhomWithWhatAndWithWhichAnswers() {
    // When
    ApiDocument document = new ApiDocument(new Javadoc());

    // Then
    assertThat(document.complaints()).isEmpty();
    GeneratedPage.check("docs/reference/openapi.json", document.text());
    GeneratedPage.check("docs/reference/api.md", new ApiPage(document.json()).text());
  }
}
