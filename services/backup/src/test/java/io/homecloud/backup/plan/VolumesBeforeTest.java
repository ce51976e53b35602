package io.homecloud.backup.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunStatus.CopiedVolume;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The newest run of a volume that was made anew, or is not copied any more, stays. */
class VolumesBeforeTest {
  private static final Instant FIRST = Instant.parse("2026-12-01T03:00:00Z");
  private static final Instant NOW = FIRST.plusSeconds(864_000);

  private static final CopiedVolume PHOTOS = volume("photos", 1);
  private static final CopiedVolume PHOTOS_ANEW = volume("photos", 2);
  private static final CopiedVolume MUSIC = volume("music", 3);

  private final List<Resource<RunSpec, RunStatus>> runs = new ArrayList<>();

  private static CopiedVolume volume(String name, long uid) {
    return new CopiedVolume(new Name(name), new UUID(0, uid));
  }

  private void run(String name, CopiedVolume... volumes) {
    Instant at = FIRST.plusSeconds(86_400L * runs.size());
    runs.add(SomeRuns.run(name, at, "nightly/runs/" + name, List.of(volumes)));
  }

  private Map<Name, Set<Name>> stay() {
    return new VolumesBefore(runs, NOW).stay(runs);
  }

  @Test
  void theNewestOfTheVolumeBeforeStays() {
    // Given
    run("a", PHOTOS, MUSIC);
    run("b", PHOTOS, MUSIC);
    run("c", PHOTOS_ANEW, MUSIC);
    run("d", PHOTOS_ANEW, MUSIC);

    // When, Then
    assertThat(stay()).isEqualTo(Map.of(new Name("b"), Set.of(new Name("photos"))));
  }

  @Test
  void theNewestOfAVolumeThatIsNotCopiedAnyMoreStays() {
    // Given
    run("a", PHOTOS, MUSIC);
    run("b", PHOTOS, MUSIC);
    run("c", MUSIC);
    run("d", MUSIC);

    // When, Then
    assertThat(stay()).isEqualTo(Map.of(new Name("b"), Set.of(new Name("photos"))));
  }

  @Test
  void ofWhatIsAsItWasOrHasAnotherNameNothingStays() {
    // Given
    runs.add(SomeRuns.run("of-before-that-was-noted", FIRST, "nightly/runs/x", null));
    run("a", PHOTOS);
    run("b", volume("pictures", 1));
    run("c", volume("pictures", 1), PHOTOS_ANEW);
    runs.add(SomeRuns.run("nobody-knows-of-what", NOW, "nightly/runs/y", List.of()));

    // When, Then
    assertThat(stay()).isEmpty();
  }

  @Test
  void aRunOfAClockThatWasAheadDoesNotSayWhatThereIsNow() {
    // Given
    runs.add(SomeRuns.run("ahead", NOW.plusSeconds(9_000_000), "nightly/runs/x", List.of(PHOTOS)));
    run("a", PHOTOS_ANEW);
    run("b", PHOTOS_ANEW);

    // When, Then
    assertThat(stay()).isEqualTo(Map.of(new Name("ahead"), Set.of(new Name("photos"))));
  }
}
