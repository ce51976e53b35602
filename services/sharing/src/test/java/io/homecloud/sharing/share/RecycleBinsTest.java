package io.homecloud.sharing.share;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.SmbRule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecycleBinsTest {
  @TempDir Path root = Path.of("/");

  @BeforeEach
  void throwAway() throws Exception {
    Files.createDirectories(root.resolve(".recycle/a/b"));
    Files.writeString(root.resolve(".recycle/a/b/old"), "old");
    Files.writeString(root.resolve("kept"), "kept");
    Files.createSymbolicLink(root.resolve(".recycle/link"), root.resolve("kept"));
  }

  @Test
  void whatWasThrownAwayLongAgoIsGoneAndNothingElse() {
    // When
    sweep(Duration.ofDays(31));
    // Then
    assertThat(root.resolve(".recycle")).isEmptyDirectory();
    assertThat(root.resolve("kept")).hasContent("kept");
  }

  @Test
  void whatWasThrownAwayLatelyStays() {
    // When
    sweep(Duration.ofDays(29));
    // Then
    assertThat(root.resolve(".recycle/a/b/old")).hasContent("old");
    assertThat(root.resolve(".recycle/link")).isSymbolicLink();
  }

  /** So much later. */
  private void sweep(Duration later) {
    Clock clock = Clock.fixed(Instant.now().plus(later), ZoneOffset.UTC);
    PlausibleClock plausible = new PlausibleClock(clock, Instant::now);
    new RecycleBins(() -> List.of(share()), plausible).sweep();
  }

  private ServedShare share() {
    return new ServedShare(
        UUID.randomUUID(),
        new Name("s"),
        root,
        false,
        Map.of(),
        Set.of(Protocol.SMB),
        List.of(),
        Level.WRITE,
        null,
        SmbRule.DEFAULT,
        false,
        false,
        OptionalInt.of(30),
        null,
        OptionalLong.empty(),
        false);
  }
}
