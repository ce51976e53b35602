package io.homecloud.backup.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Metadata;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.Retention;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SoftQuotaTest {
  private static final Instant FIRST = Instant.parse("2026-11-01T03:00:00Z");
  private static final Instant NOW = Instant.parse("2026-12-01T00:00:00Z");

  private final List<Resource<RunSpec, RunStatus>> runs = new ArrayList<>();
  private final List<Name> pinned = new ArrayList<>();

  private void run(String name, long bytes, long copied) {
    run(name, bytes, copied, FIRST.plusSeconds(86_400L * runs.size()));
  }

  private void run(String name, long bytes, long copied, Instant at) {
    Name plan = new Name("nightly");
    runs.add(
        new Resource<>(
            "Run",
            new Metadata(
                new Name(name), UUID.randomUUID(), 1, runs.size(), Map.of(), at, "test", null),
            "node",
            null,
            new RunSpec(plan, plan, List.of(), at, pinned.contains(new Name(name)), null),
            new RunStatus(
                RunState.Completed,
                null,
                new Contents(1, bytes, 1, copied),
                null,
                at,
                at,
                "nightly/runs/x",
                1,
                List.of())));
  }

  private List<String> over(long most) {
    var verdicts =
        new Retention(0, 0, 0, 0, 0, 0)
            .judge(
                runs.stream()
                    .map(run ->
                        new Retention.Copy<>(
                            run.name(), run.spec().at(), true, run.spec().pinned()))
                    .toList(),
                ZoneOffset.UTC,
                NOW);
    return new SoftQuota(most, runs).over(verdicts, Map.of()).stream().map(Name::value).toList();
  }

  @Test
  void theOldestGoUntilTheRestFits() {
    // Given: 100 and then 10 more each day, which is 130 together
    run("a", 100, 100);
    run("b", 110, 10);
    run("c", 120, 10);
    run("d", 130, 10);

    // When, Then
    assertThat(over(130)).isEmpty();
    // What a file of the oldest holds the others hold too.
    assertThat(over(129)).containsExactly("a", "b", "c");
  }

  @Test
  void whatIsWrittenAnewEachTimeCountsEachTime() {
    // Given
    run("a", 100, 100);
    run("b", 100, 100);
    run("c", 100, 100);

    // When, Then
    assertThat(over(250)).containsExactly("a");
    assertThat(over(100)).containsExactly("a", "b");
  }

  @Test
  void theNewestAndThePinnedStay() {
    // Given
    pinned.add(new Name("a"));
    run("a", 100, 100);
    run("b", 100, 100);
    run("c", 100, 100);

    // When, Then
    assertThat(over(1)).containsExactly("b");
  }

  @Test
  void theNewestStaysWhateverIsWrittenOfTimesByAClockThatWasWrong() {
    // Given: the clock was ahead for one run, and behind for the last
    run("ahead", 100, 100, NOW.plusSeconds(9_000_000));
    run("a", 100, 100);
    run("b", 100, 100);
    run("behind", 100, 100, FIRST.minusSeconds(9_000_000));

    // When, Then
    assertThat(over(1)).containsExactly("a");
  }

  @Test
  void whatRunsBroughtThatAreGoneIsInTheNextOne() {
    // Given: photos are added, and those between were thinned out
    run("a", 100, 100);
    run("m", 400, 10);

    // When, Then
    assertThat(over(400)).isEmpty();
    assertThat(over(399)).containsExactly("a");
  }
}
