package io.homecloud.backup.duplicity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetFilesTest {
  private static final Instant FULL = Instant.parse("2026-11-26T03:00:00Z");
  private static final Instant NEXT = Instant.parse("2026-11-27T03:00:00Z");
  private static final Instant LAST = Instant.parse("2026-11-28T03:00:00Z");
  private static final String FULL_NAME = "duplicity-full.20261126T030000Z";
  private static final String NEXT_NAME = "duplicity-inc.20261126T030000Z.to.20261127T030000Z";
  private static final String LAST_NAME = "duplicity-inc.20261127T030000Z.to.20261128T030000Z";

  @Test
  void copiesAreCalledByTheirChainAndTheirTime() {
    // Given
    TargetFiles files =
        new TargetFiles(
            Set.of(
                FULL_NAME + ".manifest.gpg",
                NEXT_NAME + ".manifest.gpg",
                LAST_NAME + ".manifest.gpg",
                "homecloud-repository.json"),
            Map.of(FULL_NAME, 2, NEXT_NAME, 1, LAST_NAME, 1),
            0);

    // When, Then
    assertThat(files.sets())
        .extracting(BackupSet::copy)
        .containsExactly(
            "20261126T030000Z/20261126T030000Z",
            "20261126T030000Z/20261127T030000Z",
            "20261126T030000Z/20261128T030000Z");
    assertThat(files.sets()).extracting(BackupSet::at).containsExactly(FULL, NEXT, LAST);
    assertThat(files.unfinished()).isEmpty();
  }

  @Test
  void whatHasNoManifestIsNoCopyAndWhatBuildsOnNothingNeither() {
    // Given
    TargetFiles files =
        new TargetFiles(
            Set.of(
                FULL_NAME + ".manifest.gpg",
                "duplicity-new-signatures.20261126T030000Z.to.20261127T030000Z.sigtar.gpg",
                LAST_NAME + ".manifest.gpg"),
            Map.of(FULL_NAME, 2, NEXT_NAME, 1, LAST_NAME, 1),
            0);

    // When, Then
    assertThat(files.sets()).extracting(BackupSet::at).containsExactly(FULL);
    assertThat(files.unfinished()).containsExactly(NEXT, LAST);
  }

  @Test
  void whatNobodyTrustsIsNoCopyAndAllItsFilesAreKnown() {
    // Given
    String signatures = NEXT_NAME.replace("-inc.", "-new-signatures.");
    TargetFiles files =
        new TargetFiles(
            Set.of(
                FULL_NAME + ".manifest.gpg",
                NEXT_NAME + ".manifest.gpg",
                signatures + ".sigtar.gpg"),
            Map.of(FULL_NAME, 2, NEXT_NAME, 1),
            0);

    // When, Then
    assertThat(files.withoutManifest(NEXT).sets()).extracting(BackupSet::at).containsExactly(FULL);
    assertThat(files.withoutManifest(NEXT).unfinished()).containsExactly(NEXT);
    assertThat(files.withoutManifest(LAST)).isEqualTo(files);
    assertThat(files.partsOf(NEXT)).containsExactlyInAnyOrder(NEXT_NAME, signatures);
    assertThat(files.partsOf(LAST)).isEmpty();
  }

  @Test
  void namesThatAreNearlyRightAreNoCopies() {
    // Given
    TargetFiles files =
        new TargetFiles(
            Set.of(
                "duplicity-full.20261326T030000Z.manifest.gpg",
                "duplicity-full.20261126T030000Z.manifest.part",
                "duplicity-full.x.manifest"),
            Map.of("duplicity-full.20261326T030000Z", 1, FULL_NAME, 1, "duplicity-full.x", 1),
            3);

    // When, Then
    assertThat(files.sets()).isEmpty();
  }
}
