package io.homecloud.storage.btrfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The messages are recorded ones of btrfs-progs 6.14. */
class BtrfsErrorParserTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ERROR: ioctl(DEV_REPLACE_START) failed on "m": No space left on device | NO_ROOM
          ERROR: error during balancing 'm': No space left on device             | NO_ROOM
          ERROR: error adding device '/dev/loop5': Read-only file system         | READ_ONLY
          ERROR: Scrub is already running.                                       | POOL_BUSY
          ERROR: unable to start device add, another exclusive operation 'balance' in progress | POOL_BUSY
          ERROR: error removing devid 1: Operation canceled                      | CANCELLED
          ERROR: error removing devid 2: unable to go below two devices on raid1 | REFUSED_BY_KERNEL
          """)
  void theErrnoInTheMessageDecides(String message, StorageError expected) {
    // When
    Refusal refusal =
        BtrfsErrorParser.refusal(new HostResult.Exited(1, "", "WARNING: x\n" + message + "\n"));
    // Then
    assertThat(refusal.error()).isEqualTo(expected);
    assertThat(refusal.sentence()).isEqualTo(message.substring("ERROR: ".length()));
  }

  @Test
  void silenceIsSaidToo() {
    // When
    Refusal refusal = BtrfsErrorParser.refusal(new HostResult.Exited(7, "", ""));
    // Then
    assertThat(refusal)
        .isEqualTo(new Refusal(StorageError.REFUSED_BY_KERNEL, "btrfs ended with 7"));
  }

  @Test
  void aMissingProgramIsNamed() {
    // When
    Refusal refusal = BtrfsErrorParser.refusal(new HostResult.NotInstalled("btrfs"));
    // Then
    assertThat(refusal.error()).isEqualTo(StorageError.TOOL_MISSING);
    assertThat(refusal.sentence()).contains("btrfs-progs");
  }
}
