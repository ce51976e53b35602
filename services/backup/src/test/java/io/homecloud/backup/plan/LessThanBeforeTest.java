package io.homecloud.backup.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunStatus.CopiedVolume;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A copy of next to nothing ages out nothing of what there was, and is told. */
class LessThanBeforeTest {
  private static final Instant FIRST = Instant.parse("2026-12-01T03:00:00Z");
  private static final Instant NOW = FIRST.plusSeconds(864_000);

  private static final CopiedVolume PHOTOS = new CopiedVolume(new Name("photos"), new UUID(0, 1));
  private static final CopiedVolume OTHER = new CopiedVolume(new Name("photos"), new UUID(0, 2));

  private final List<Resource<RunSpec, RunStatus>> runs = new ArrayList<>();

  private void run(String name, CopiedVolume volume, long files, long bytes) {
    Instant at = FIRST.plusSeconds(86_400L * runs.size());
    Contents contents = new Contents(files, bytes, files, bytes);
    runs.add(SomeRuns.run(name, at, "nightly/runs/" + name, List.of(volume), contents));
  }

  private Set<Name> stay() {
    return new LessThanBefore(runs, NOW).stay(runs);
  }

  private Optional<String> told() {
    return new LessThanBefore(runs, NOW).told(runs);
  }

  @Test
  void theNewestFullOneStaysUntilThereIsAsMuchAgain() {
    // Given
    run("a", PHOTOS, 100_000, 7_000_000);
    run("b", PHOTOS, 100_001, 7_000_000);

    // When, Then
    assertThat(stay()).isEmpty();
    assertThat(told()).isEmpty();

    // And when somebody has emptied the volume
    run("c", PHOTOS, 5, 10);
    run("d", PHOTOS, 5, 10);

    // Then
    assertThat(stay()).containsExactly(new Name("b"));
    assertThat(told().orElseThrow()).contains("Run d copied 5", "run b 100001");

    // And when all is there again
    run("e", PHOTOS, 90_000, 6_000_000);

    // Then
    assertThat(stay()).isEmpty();
    assertThat(told()).isEmpty();
  }

  @Test
  void whatIsOfAnotherVolumeOrNotKnownIsNotCompared() {
    // Given
    run("a", PHOTOS, 100_000, 7_000_000);
    run("b", OTHER, 5, 10);
    run("nobody-knows-how-much", PHOTOS, 0, 0);

    // When, Then
    assertThat(stay()).isEmpty();
    assertThat(told()).isEmpty();
  }

  @Test
  void aCopyWithNothingInItSaysSo() {
    // Given: the directory of the volume alone
    run("a", PHOTOS, 1, 0);

    // When, Then
    assertThat(stay()).isEmpty();
    assertThat(told().orElseThrow()).contains("Run a copied nothing");
  }
}
