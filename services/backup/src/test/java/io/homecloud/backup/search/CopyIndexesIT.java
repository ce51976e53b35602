package io.homecloud.backup.search;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.agroal.api.AgroalDataSource;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.rsync.FileSum;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunTimes;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import io.homecloud.testkit.TestPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of an index when a copy cannot be read to its end. */
class CopyIndexesIT {
  private static final RelativePath FILE =
      RelativePath.of("photos/lake.jpg".getBytes(StandardCharsets.UTF_8));
  private static final FileSum SUM = new FileSum(1, 2);

  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final ObjectMapper json = new ObjectMapper().findAndRegisterModules();
  private final ControlPlane plane =
      new ControlPlane(
          "backup",
          "a",
          source,
          json,
          Clock.systemUTC(),
          _ -> CompletableFuture.completedFuture(null),
          Map.of());
  private final AtomicInteger tried = new AtomicInteger();
  private volatile boolean away;

  @TempDir private Path own;

  private CopyListing listing(Resource<RunSpec, RunStatus> run) {
    boolean newest = run.name().value().equals("nightly-2");
    return visitor -> {
      if (newest && away) {
        tried.incrementAndGet();
        throw new IOException("the line is lost");
      }
      visitor.visit(FILE, FileType.FILE, 1, 1);
    };
  }

  private UUID complete(String name, Instant at) {
    UUID uid = UUID.randomUUID();
    RunSpec spec = new RunSpec(new Name("nightly"), new Name("drawer"), List.of(), at, false, null);
    plane
        .resources()
        .useTransaction(transaction -> {
          var _ =
              plane
                  .resources()
                  .create(
                      transaction,
                      BackupKinds.RUN,
                      new ResourceStore.Draft<>(
                          uid, new Name(name), "a", null, Map.of(), spec, "test"));
          plane
              .resources()
              .observe(
                  transaction,
                  uid,
                  new RunStatus(
                      RunState.Completed, null, null, null, null, null, name, 1, List.of()),
                  List.of());
        });
    return uid;
  }

  private CopyIndex index(CopyIndexes indexes) {
    return indexes.index(new CopyIndexes.Key(new Name("drawer"), new Name("nightly"), null, null));
  }

  private static Search.Part find(CopyIndexes indexes) {
    return new Search(indexes, "a").find(NamePattern.of("lake*"), 10, "");
  }

  private static List<@Nullable FileSum> sums(CopyIndex index) throws IOException {
    List<@Nullable FileSum> sums = new ArrayList<>();
    try (IndexReader reader = index.read()) {
      while (reader.next()) {
        sums.add(reader.version().sum());
      }
    }
    return sums;
  }

  @AfterEach
  void nothingIsLeft() {
    source.close();
  }

  @Test
  void anIndexIsMadeAnewWhenItIsDamagedAndNotWhenACopyIsAway() throws IOException {
    Instant now = Instant.parse("2026-11-20T03:00:00Z");
    try (CopyIndexes indexes =
        new CopyIndexes(
            plane.resources(),
            "a",
            this::listing,
            new RunTimes(plane.plausibleClock()),
            json,
            own)) {
      // Given
      UUID first = complete("nightly-1", now);
      try (SumFile told = new SumFile(indexes.sums(first))) {
        told.add(FILE, SUM);
      }
      indexes.wake();
      eventually(() -> assertThat(index(indexes).runs()).hasSize(1));

      // When
      away = true;
      UUID _ = complete("nightly-2", now.plusSeconds(60));
      indexes.wake();
      eventually(() -> assertThat(tried).hasPositiveValue());
      Search.Part behind = find(indexes);
      away = false;
      indexes.wake();

      // Then
      eventually(() -> assertThat(index(indexes).runs()).hasSize(2));
      assertThat(sums(index(indexes))).containsExactly(SUM);
      assertThat(behind.page().items()).hasSize(1);
      assertThat(behind.behind())
          .containsExactly(new Search.Behind(new Name("drawer"), new Name("nightly"), null, 1));
      assertThat(find(indexes).behind()).isEmpty();

      // And when
      Path file = own.resolve("index/drawer.nightly.index");
      Files.write(file, new byte[] {'n', 'o'});
      Search.Part unreadable = find(indexes);
      UUID _ = complete("nightly-3", now.plusSeconds(120));
      indexes.wake();

      // Then
      eventually(() -> assertThat(index(indexes).runs()).hasSize(3));
      assertThat(sums(index(indexes))).hasSize(1);
      assertThat(unreadable.behind())
          .containsExactly(new Search.Behind(new Name("drawer"), new Name("nightly"), null, 2));
    }
  }
}
