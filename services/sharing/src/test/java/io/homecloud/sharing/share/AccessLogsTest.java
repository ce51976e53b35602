package io.homecloud.sharing.share;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.homecloud.control.Name;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.Protocol;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessLogsTest {
  private static final UUID SHARE = new UUID(0, 1);
  private static final UUID OTHER = new UUID(0, 2);
  private static final Instant NOW = Instant.parse("2027-05-01T10:00:00Z");

  @TempDir Path directory;
  private AccessLogs logs;

  @BeforeEach
  void keep() {
    logs = logs(NOW);
    logs.keep(Set.of(SHARE), Set.of());
  }

  private AccessLogs logs(Instant now) {
    ObjectMapper json =
        new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    Clock clock = Clock.fixed(now, ZoneOffset.UTC);
    return new AccessLogs(directory.resolve("access"), json, new PlausibleClock(clock, () -> NOW));
  }

  private static Access access(Instant at, String path) {
    Name docs = new Name("docs");
    return new Access(at, Protocol.WEBDAV, docs, null, "192.0.2.1", "PUT", path, "201");
  }

  private static List<String> paths(AccessLogs logs) {
    return logs.latest(SHARE, Long.MAX_VALUE, 100).stream().map(l -> l.access().path()).toList();
  }

  @Test
  void theLatestComeFirstAndAreNumbered() {
    // Given
    for (String path : List.of("a", "b\n\"forged\": 1}", "ü")) {
      logs.add(SHARE, access(NOW, path));
    }

    // When
    List<NotedAccess> latest = logs.latest(SHARE, Long.MAX_VALUE, 2);

    // Then
    assertThat(latest)
        .containsExactly(
            new NotedAccess(3, access(NOW, "ü")),
            new NotedAccess(2, access(NOW, "b\n\"forged\": 1}")));
    assertThat(logs.latest(SHARE, 2, 2)).containsExactly(new NotedAccess(1, access(NOW, "a")));
  }

  @Test
  void ofOthersNothingIsKeptAndOfTheseNothingWhenItIsSwitchedOff() throws Exception {
    // Given
    logs.add(SHARE, access(NOW, "a"));
    logs.add(OTHER, access(NOW, "secret"));
    assertThat(directory.resolve("access").toFile().list()).containsExactly(SHARE + ".log");

    // When
    logs.keep(Set.of(OTHER), Set.of(SHARE));

    // Then
    assertThat(directory.resolve("access")).isEmptyDirectory();
    assertThat(paths(logs)).isEmpty();
  }

  @Test
  void whatThereIsOfOneThatNobodyKnowsIsThereWhenItComesBack() {
    // Given
    logs.add(SHARE, access(NOW, "a"));

    // When
    logs.keep(Set.of(), Set.of());
    logs.add(SHARE, access(NOW, "meanwhile"));
    logs.keep(Set.of(SHARE), Set.of());

    // Then
    logs.add(SHARE, access(NOW, "b"));
    assertThat(paths(logs)).containsExactly("b", "a");
  }

  @Test
  void whatIsTooOldIsNeitherShownNorKept() throws Exception {
    // Given
    logs.add(SHARE, access(NOW.minus(AccessLogs.OLDEST).minusSeconds(1), "old"));
    logs.add(SHARE, access(NOW.minus(Duration.ofDays(29)), "young"));
    Path file = directory.resolve("access").resolve(SHARE + ".log");
    assertThat(paths(logs)).containsExactly("young");
    assertThat(file).content().contains("old");

    // When
    logs.sweep();

    // Then
    assertThat(paths(logs)).containsExactly("young");
    assertThat(file).content().doesNotContain("old");
  }

  @Test
  void aClockThatIsWrongLetsNothingGo() throws Exception {
    // Given
    logs.add(SHARE, access(NOW, "a"));
    AccessLogs wrong = logs(Instant.parse("1970-01-01T00:00:00Z"));
    wrong.keep(Set.of(SHARE), Set.of());

    // When
    wrong.sweep();

    // Then
    assertThat(paths(logs)).containsExactly("a");
  }

  @Test
  void itIsBoundedAndGoesOnAfterAKillInMidLine() throws Exception {
    // Given
    Path file = directory.resolve("access").resolve(SHARE + ".log");
    logs.add(SHARE, access(NOW, "first"));
    Files.writeString(file, "{\"number\":2,\"acc", StandardOpenOption.APPEND);
    AccessLogs next = logs(NOW);
    next.keep(Set.of(SHARE), Set.of());
    String name = "x".repeat(1000);

    // When
    next.add(SHARE, access(NOW, "second"));
    for (int i = 0; i < 2500; i++) {
      next.add(SHARE, access(NOW, name));
    }

    // Then
    assertThat(Files.size(file)).isLessThanOrEqualTo(AccessLogs.LARGEST);
    assertThat(Files.size(file.resolveSibling(SHARE + ".log.1")))
        .isBetween(AccessLogs.LARGEST - 2000, AccessLogs.LARGEST);
    assertThat(next.latest(SHARE, Long.MAX_VALUE, 1).getFirst().number()).isEqualTo(2502);
    AccessLogs later = logs(NOW);
    later.keep(Set.of(SHARE), Set.of());
    later.add(SHARE, access(NOW, "last"));
    assertThat(later.latest(SHARE, Long.MAX_VALUE, 1).getFirst())
        .isEqualTo(new NotedAccess(2503, access(NOW, "last")));
  }
}
