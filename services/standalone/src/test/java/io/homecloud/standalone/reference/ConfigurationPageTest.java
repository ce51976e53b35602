package io.homecloud.standalone.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.GeneratedPage;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What can be set is in the reference, in the words that stand beside it. */
class ConfigurationPageTest {
  @Test
  void theReferenceSaysWhatTheSourcesSay() throws IOException {
    // Given
    Javadoc javadoc = new Javadoc();
    Variables variables = Variables.ofTheSources();
    ConfigurationPage page = new ConfigurationPage(new ApiScan(), javadoc, variables);

    // When
    String text = page.text();

    // Then
    assertThat(page.undocumented())
        .as("write '# HOMECLOUD_X: what it does' where it is used, or Javadoc in the mapping")
        .isEmpty();
    GeneratedPage.check("docs/reference/configuration.md", text);
  }
}
