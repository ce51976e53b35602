package io.homecloud.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agroal.api.AgroalDataSource;
import io.homecloud.backup.BackupKinds;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.task.Task;
import io.homecloud.testkit.TestPostgres;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On which node a run is carried out, asked of node a. */
class RunOrdersIT {
  private static final Instant AT = Instant.parse("2026-11-20T03:00:00Z");

  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final ControlPlane plane =
      new ControlPlane(
          "backup",
          "a",
          source,
          new ObjectMapper().findAndRegisterModules(),
          Clock.systemUTC(),
          _ -> CompletableFuture.completedFuture(null),
          Map.of());
  private final Runs runs = new Runs(plane.resources());
  private final RunStatusFactory statuses = new RunStatusFactory(plane.clock());
  private final RunOrders orders = new RunOrders(plane, runs, statuses);

  @AfterEach
  void nothingIsLeft() {
    source.close();
  }

  @Test
  void aRunThatIsPausedIsGivenUpOnItsOwnNode() {
    // Given
    UUID uid = UUID.randomUUID();
    RunSpec spec = new RunSpec(new Name("films"), new Name("far"), List.of(), AT, false, null);
    plane
        .resources()
        .useTransaction(transaction -> {
          var run =
              plane
                  .resources()
                  .create(
                      transaction,
                      BackupKinds.RUN,
                      new ResourceStore.Draft<>(
                          uid, new Name("films-1"), "b", null, Map.of(), spec, "test"));
          plane
              .resources()
              .observe(transaction, uid, statuses.paused(run, AT.plusSeconds(60)), List.of());
        });

    // When
    orders.giveUp(uid);

    // Then
    assertThat(plane.tasks().unfinished(uid))
        .singleElement()
        .satisfies(task -> assertThat(RunOrders.givesUp(task)).isTrue())
        .extracting(Task::node)
        .isEqualTo("b");
  }
}
