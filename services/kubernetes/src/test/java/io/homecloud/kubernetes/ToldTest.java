package io.homecloud.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which conditions are warnings in {@code kubectl describe}. */
class ToldTest {
  @ParameterizedTest
  @CsvSource({
    "Ready, True, false",
    "Ready, False, true",
    "Ready, Unknown, true",
    "Overdue, True, true",
    "Overdue, False, false",
    "Verified, True, false",
    "Verified, False, true",
    "Verified, Unknown, false",
    "Degraded, True, true",
    "Degraded, False, false",
    "SpaceLow, True, true",
    "FilesHidden, True, true",
    "DriveDue, True, true",
    "DriveDue, False, false",
    "VolumeReplaced, True, true",
    "VolumeReplaced, False, false",
    "CopiesLess, True, true",
    "OnSystemDisk, True, true",
    "OnSourceDisk, True, true",
    "SubvolumesNotCopied, True, true",
    "DeviceErrors, True, true",
    "SourcesInPlace, False, true",
    "SourcesInPlace, True, false",
    "PasswordSet, False, true",
    "ClockTrusted, False, true",
    "SafeToRemove, False, false",
    "Adopted, True, false",
  })
  void whatPeopleShouldLookAtIsAWarning(String type, String status, boolean bad) {
    // When, Then
    assertThat(Told.isBad(Kubectl.yaml("{type: %s, status: '%s'}".formatted(type, status))))
        .isEqualTo(bad);
  }
}
