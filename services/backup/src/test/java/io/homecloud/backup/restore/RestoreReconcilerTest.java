package io.homecloud.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.source.InstallationVolume;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.tree.LinkedTrees;
import io.homecloud.control.Name;
import io.homecloud.control.ask.OtherService;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.resource.Metadata;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.task.TaskStore;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.events.outbox.Outbox;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** When a restore that failed may go. */
class RestoreReconcilerTest {
  private static final UUID UID = new UUID(0, 7);
  private static final Instant THEN = Instant.parse("2026-11-20T03:00:00Z");

  /** In place when it is mounted somewhere. */
  private static final String VOLUME =
      """
      {"metadata":{"name":"photos","uid":"018f3f7e-0000-4000-8000-000000000001"},
       "spec":{"pool":"home"},"status":{"mountPath":"%s","conditions":[{"type":"Ready","status":"%s",
        "reason":"x","message":"","lastTransitionTime":"2026-11-20T03:00:00Z","observedGeneration":1}]}}\
      """;

  @TempDir Path mounted;
  private Optional<String> answer = Optional.empty();
  private HttpServer server;
  private OtherService storage;

  @BeforeEach
  void startStorage() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/storage/v1/volumes/photos",
        exchange -> {
          byte[] body = answer.orElse("{}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer.isPresent() ? 200 : 404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    storage = new OtherService("storage", () -> Optional.of(uri), () -> "none");
  }

  @AfterEach
  void stopStorage() {
    storage.close();
    server.stop(0);
  }

  private Outcome<RestoreStatus> deleted(RunState state) {
    Clock clock = Clock.systemUTC();
    ObjectMapper json = new ObjectMapper().findAndRegisterModules();
    try (ServiceDatabase nowhere = new ServiceDatabase(new PGSimpleDataSource(), "backup")) {
      return new RestoreReconciler(
              new TaskStore(nowhere, new Outbox("test", clock), json, clock),
              new StorageVolumes(storage, json, new NoInstallation()),
              new RestoreJob(new LinkedTrees(new LocalHost())),
              new RestoreStatusFactory(clock))
          .reconcile(
              new Resource<>(
                  "Restore",
                  new Metadata(new Name("back"), UID, 1, 1, Map.of(), THEN, "test", THEN),
                  "node",
                  null,
                  new RestoreSpec(new Name("nightly"), null, null, null),
                  new RestoreStatus(
                      state, null, null, null, new Name("photos"), 2, THEN, THEN, 1, List.of())));
    }
  }

  /** Nothing is copied from it here. */
  private static final class NoInstallation implements InstallationVolume {
    @Override
    public Said<Taken> take(UUID run) {
      return new Said.No<>("not here");
    }

    @Override
    public void release(UUID run) {}

    @Override
    public void sweep(Predicate<UUID> underWay) {}
  }

  @Test
  void whatItHasCopiedIsWaitedForWhileItsVolumeIsNotInPlace() throws IOException {
    // Given
    Path left = Files.createDirectory(mounted.resolve(".homecloud-restore-" + UID));

    // When
    answer = Optional.of(VOLUME.formatted(mounted, "False"));
    Outcome<RestoreStatus> away = deleted(RunState.Failed);

    // Then
    assertThat(away).isInstanceOf(Outcome.Retry.class);
    assertThat(left).isDirectory();

    // And when it is
    answer = Optional.of(VOLUME.formatted(mounted, "True"));
    Outcome<RestoreStatus> here = deleted(RunState.Cancelled);

    // Then
    assertThat(here).isInstanceOf(Outcome.Gone.class);
    assertThat(left).doesNotExist();
  }

  @Test
  void nothingIsWaitedForWhereThereIsNothingOfIt() {
    // When, then: there is no such volume any more
    assertThat(deleted(RunState.Failed)).isInstanceOf(Outcome.Gone.class);

    // And when all came into place
    answer = Optional.of(VOLUME.formatted(mounted, "False"));
    assertThat(deleted(RunState.Completed)).isInstanceOf(Outcome.Gone.class);
  }
}
