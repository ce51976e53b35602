package io.homecloud.events;

import io.homecloud.testkit.GeneratedPage;
import org.junit.jupiter.api.Test;

/** The reference of the events is made of their schemas and examples. */
class EventsPageTest {
  @Test
  void theReferenceSaysWhatTheSchemasSay() {
    // When
    String page = new EventsPage(EventTypes.all()).text();

    // Then
    GeneratedPage.check("docs/reference/events.md", page);
  }
}
