package io.homecloud.storage.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Draft;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.control.task.Task;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.catalogue.Wishes;
import io.homecloud.testkit.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Scrubs that nobody asks for. */
class PoolUpkeepIT {
  private static final Instant START = Instant.parse("2027-02-10T12:00:00Z");

  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final SetClock clock = new SetClock();
  private final ControlPlane plane =
      new ControlPlane(
          "storage",
          "node1",
          source,
          Wishes.JSON,
          clock,
          _ -> CompletableFuture.completedFuture(null),
          Map.of());
  private final Resource<PoolSpec, PoolStatus> pool =
      plane
          .resources()
          .create(
              StorageKinds.POOL,
              new Draft<>(
                  UUID.randomUUID(),
                  new Name("home"),
                  "node1",
                  null,
                  Map.of(),
                  new PoolSpec("node1", List.of("a"), Profile.SINGLE, Profile.DUP, null, false),
                  "alice"));

  @AfterEach
  void leaveNothing() {
    source.close();
  }

  private PoolUpkeep monthly() {
    return new PoolUpkeep(
        plane, "0 3 1 * *", new PlausibleClock(clock, () -> plane.resources().newest()));
  }

  private Resource<PoolSpec, PoolStatus> planned(@Nullable Instant nextScrub) {
    return pool.observed(
        new PoolStatus(
            PoolStatus.State.Healthy,
            START,
            "/mnt",
            null,
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            null,
            nextScrub,
            1,
            List.of()));
  }

  private List<Task> scrubs() {
    return plane.tasks().list(Optional.empty(), Optional.of(pool.uid()), Optional.empty(), 10);
  }

  @Test
  void aScrubThatWasMissedIsMadeUpForOnceAndThenTheNextMonth() {
    // Given
    Instant first = Objects.requireNonNull(monthly().scrub(planned(null)));
    assertThat(first).isAfter(START).isBefore(START.plus(Duration.ofDays(31)));
    assertThat(monthly().scrub(planned(first))).isEqualTo(first);
    assertThat(scrubs()).isEmpty();
    // When
    clock.now = first.plus(Duration.ofDays(75));
    Instant second = monthly().scrub(planned(first));
    Instant third = monthly().scrub(planned(second));
    // Then
    assertThat(scrubs())
        .singleElement()
        .satisfies(task -> {
          assertThat(task.action()).isEqualTo("scrub");
          assertThat(task.createdBy()).isEqualTo("storage");
        });
    assertThat(second).isAfter(clock.now).isBefore(clock.now.plus(Duration.ofDays(31)));
    assertThat(third).isEqualTo(second);
  }

  @Test
  void aClockThatCannotBeRightOrdersNothing() {
    // Given
    Instant planned = START.minus(Duration.ofDays(1));
    clock.now = Instant.EPOCH;
    // When
    Instant next = monthly().scrub(planned(planned));
    // Then
    assertThat(next).isEqualTo(planned);
    assertThat(scrubs()).isEmpty();
  }

  @Test
  void anExpressionThatNobodyCanReadIsRefusedAtTheStart() {
    // Given
    PlausibleClock any = new PlausibleClock(clock, () -> START);
    // When / Then
    assertThatThrownBy(() -> new PoolUpkeep(plane, "monthly", any))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("minute hour day month weekday");
    assertThat(new PoolUpkeep(plane, "", any).scrub(planned(START))).isNull();
  }

  private static final class SetClock extends Clock {
    Instant now = START;

    @Override
    public ZoneId getZone() {
      return ZoneId.of("UTC");
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
