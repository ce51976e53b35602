package io.homecloud.backup.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Metadata;
import io.homecloud.control.resource.Resource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long a run waits for its repository. */
class RunStatusFactoryTest {
  private static final Instant AT = Instant.parse("2026-12-01T03:00:00Z");
  private static final String TREE = "20261201T030000Z/20261201T030000Z";

  private static RunStatusFactory after(Duration time) {
    return new RunStatusFactory(Clock.fixed(AT.plus(time), ZoneOffset.UTC));
  }

  private static Resource<RunSpec, RunStatus> run(@Nullable RunStatus status) {
    Name plan = new Name("nightly");
    return new Resource<>(
        "Run",
        new Metadata(new Name("nightly-1"), new UUID(0, 1), 1, 1, Map.of(), AT, "test", null),
        "node",
        null,
        new RunSpec(plan, plan, List.of(), AT, false, null),
        status);
  }

  /** It was away at once, and a minute later again. */
  private static Resource<RunSpec, RunStatus> waiting() {
    Resource<RunSpec, RunStatus> first =
        run(after(Duration.ZERO).repositoryAway(run(null), "It does not answer."));
    Resource<RunSpec, RunStatus> tried =
        run(after(Duration.ofSeconds(30)).running(first, null, TREE, false));
    return run(after(Duration.ofMinutes(1)).repositoryAway(tried, "It does not answer."));
  }

  @Test
  void itWaitsForADaySinceItWasAwayFirst() {
    // When
    Resource<RunSpec, RunStatus> waiting = waiting();

    // Then
    assertThat(Runs.paused(waiting)).isTrue();
    assertThat(Runs.awaySince(waiting)).contains(AT);
    assertThat(Conditions.find(waiting.conditions(), Condition.READY).orElseThrow().message())
        .contains("since " + AT, "It does not answer.");
    assertThat(after(Duration.ofHours(23)).mayWait(waiting)).isTrue();
    assertThat(after(Duration.ofHours(25)).mayWait(waiting)).isFalse();
  }

  @Test
  void whatAnsweredForLongMayBeAwayForADayAgain() {
    // When
    Resource<RunSpec, RunStatus> copies =
        run(after(Duration.ofHours(20)).running(waiting(), null, TREE, true));
    Resource<RunSpec, RunStatus> again =
        run(after(Duration.ofHours(21)).repositoryAway(copies, "It does not answer."));

    // Then
    assertThat(Runs.awaySince(again)).contains(AT.plus(Duration.ofHours(21)));
    assertThat(after(Duration.ofHours(40)).mayWait(again)).isTrue();
  }

  @Test
  void ofOneThatWaitsForItsWindowNobodyAsksSinceWhenItsRepositoryIsAway() {
    // When
    Resource<RunSpec, RunStatus> closed =
        run(after(Duration.ofHours(1)).paused(waiting(), AT.plus(Duration.ofHours(9))));

    // Then
    assertThat(Runs.paused(closed)).isTrue();
    assertThat(Runs.awaySince(closed)).isEmpty();
    assertThat(after(Duration.ofHours(25)).mayWait(closed)).isFalse();
  }
}
