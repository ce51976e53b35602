package io.homecloud.events;

import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestSchema;

/** The tables of events in a schema of their own. */
public final class EventsSchema {
  private EventsSchema() {}

  public static TestSchema fresh() {
    return TestPostgres.freshSchema().migrated("db/events");
  }

  /** One instance of a service on it. */
  public static ServiceDatabase instance(TestSchema schema) {
    return new ServiceDatabase(schema.pool(), "test");
  }
}
