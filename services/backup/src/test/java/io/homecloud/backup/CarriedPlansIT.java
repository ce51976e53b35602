package io.homecloud.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.homecloud.backup.plan.CarriedPlans;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.testkit.TestPostgres;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A volume is carried from node a to node b. */
class CarriedPlansIT {
  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final ServiceDatabase database = new ServiceDatabase(source, "backup");

  @BeforeEach
  void plansOfNodeA() {
    repository("rented", "s3://bucket/copies");
    repository("drawer", "file:///mnt/copies");
    plan("photos-rented", "photos", "rented");
    plan("photos-drawer", "photos", "drawer");
    plan("films-rented", "films", "rented");
    for (String plan : new String[] {"photos-rented", "photos-drawer", "films-rented"}) {
      insert("Run", plan + "-1", run(plan), "{\"state\":\"Completed\"}");
    }
    insert("Run", "photos-rented-2", run("photos-rented"), "{\"state\":\"Running\"}");
    database.useTransaction(transaction ->
        transaction
            .handle()
            .execute(
                """
                insert into task (id, action, resource, node, lane, state, created_at, created_by)
                select uid, 'backup', uid, 'a', name, 'Running', now(), 'test'
                from resource where name = 'photos-rented-2'\
                """));
  }

  private static String run(String plan) {
    return "{\"plan\":\"%s\",\"repository\":\"%s\"}"
        .formatted(plan, plan.substring(plan.indexOf('-') + 1));
  }

  private void repository(String name, String url) {
    insert("Repository", name, "{\"url\":\"%s\"}".formatted(url), "{}");
  }

  private void plan(String name, String volume, String repository) {
    insert(
        "Plan",
        name,
        "{\"sources\":[{\"volume\":\"%s\",\"path\":\"summer\"}],\"repository\":\"%s\"}"
            .formatted(volume, repository),
        "{}");
  }

  private void insert(String kind, String name, String spec, String status) {
    database.useTransaction(transaction ->
        transaction
            .handle()
            .execute(
                """
                insert into resource (uid, kind, name, node, revision, spec, status, created_at, created_by)
                values (?, ?, ?, 'a', 1, ?::jsonb, ?::jsonb, now(), 'test')\
                """,
                UUID.randomUUID(),
                kind,
                name,
                spec,
                status));
  }

  @AfterEach
  void nothingIsLeft() {
    source.close();
  }

  private void carried() {
    database.useTransaction(transaction -> CarriedPlans.follow(transaction, "photos", "b"));
  }

  /** On which node everything is. */
  private Map<String, String> nodes() {
    return database.read(handle ->
        handle
            .createQuery("select name, node from resource union all select 'task', node from task")
            .reduceRows(
                new TreeMap<String, String>(),
                (all, row) -> {
                  all.put(row.getColumn(1, String.class), row.getColumn(2, String.class));
                  return all;
                }));
  }

  @Test
  void itsPlansGoWithItAndWithThemWhatEveryNodeGetsTo() {
    // When
    carried();

    // Then
    assertThat(nodes())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("photos-rented", "b"),
                Map.entry("photos-drawer", "b"),
                Map.entry("films-rented", "a"),
                Map.entry("rented", "b"),
                Map.entry("drawer", "a"),
                Map.entry("photos-rented-1", "b"),
                Map.entry("photos-rented-2", "b"),
                Map.entry("task", "b"),
                Map.entry("photos-drawer-1", "a"),
                Map.entry("films-rented-1", "b")));
  }

  @Test
  void whatANodeThatIsStillThereHasBegunItEnds() {
    // Given
    database.useTransaction(transaction ->
        transaction.handle().execute("insert into node (name, url) values ('a', 'http://a')"));

    // When
    carried();

    // Then
    assertThat(nodes())
        .containsEntry("photos-rented", "b")
        .containsEntry("photos-rented-1", "b")
        .containsEntry("photos-rented-2", "a")
        .containsEntry("task", "a");
  }
}
