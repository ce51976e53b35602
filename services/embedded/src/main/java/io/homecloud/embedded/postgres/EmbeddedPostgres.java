package io.homecloud.embedded.postgres;

import io.homecloud.host.Daemon;
import io.homecloud.host.DaemonSpec;
import io.homecloud.host.DaemonState;
import io.homecloud.host.Signal;
import io.homecloud.host.StreamHost;
import io.homecloud.host.Supervisor;
import io.homecloud.host.SystemUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server with full durability, as a child of this process, started again should it
 * end. One that an earlier process left running, because it was killed, is stopped in order first.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String NAME = "homecloud";

  /** Recovery after a crash reads at most max_wal_size; slow cards take their time. */
  private static final Duration START = Duration.ofMinutes(5);

  private static final Duration STOP = Duration.ofSeconds(60);

  /** How long the end of an earlier server may take to be noticed. */
  private static final Duration REAPED = Duration.ofSeconds(20);

  /**
   * Servers that may fail before the start does. What outlives a killed server by a moment, a
   * connection of it that is busy, holds its memory, and no other is let near the data meanwhile.
   */
  private static final int TRIES = 4;

  /**
   * What the server says of that memory, and how long a stalled disk may keep such a connection.
   */
  private static final String HELD = "shared memory block";

  private static final Duration LET_GO = Duration.ofSeconds(40);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private final StreamHost host;
  private final PostgresSettings settings;
  private final Runnable failed;
  private @Nullable Supervisor supervisor;
  private @Nullable PostgresAccess access;

  public EmbeddedPostgres(StreamHost host, PostgresSettings settings) {
    this(host, settings, () -> {});
  }

  /**
   * @param failed called when the server ended by itself, before it is started again; must only
   *     take a note
   */
  public EmbeddedPostgres(StreamHost host, PostgresSettings settings, Runnable failed) {
    this.host = host;
    this.settings = settings;
    this.failed = failed;
  }

  /**
   * Returns when connections are answered; makes the database at the first start. Once started it
   * only returns the access again.
   *
   * @throws IOException when another process uses the directory, or the server does not start; its
   *     last words are in the message
   */
  public synchronized PostgresAccess start() throws IOException {
    if (access != null) {
      return access;
    }
    Path directory = settings.directory();
    Files.createDirectories(directory);
    Supervisor opened = Supervisor.open(directory.resolve("run"), directory.resolve("log"));
    try {
      String password = launch(opened);
      String url = "jdbc:postgresql://127.0.0.1:" + settings.port() + "/" + NAME;
      access = new PostgresAccess(url, NAME, password);
      supervisor = opened;
      return access;
    } finally {
      if (access == null) {
        opened.close();
      }
    }
  }

  private String launch(Supervisor opened) throws IOException {
    SystemUser user = SystemUser.named(host, settings.systemUser());
    if (user.uid() == 0) {
      throw new IOException("PostgreSQL does not run as root; name another user");
    }
    Path home = new PostgresBinaries(host, settings.cache()).unpacked();
    PostgresCluster cluster = new PostgresCluster(host, settings, user, home);
    String password = cluster.prepare();
    Path socket = user.own(settings.directory().resolve("socket"));
    Path configuration = PostgresConfiguration.write(settings, socket);
    DaemonSpec server =
        new DaemonSpec(
                "postgres",
                home.resolve("bin/postgres").toString(),
                "-D",
                cluster.data().toString(),
                "-c",
                "config_file=" + configuration)
            .as(user)
            .stoppedBy(Signal.INT, STOP)
            .readyWhen(() -> PostmasterFile.of(settings.directory()).ready(), START);
    awaitReaping();
    CompletableFuture<DaemonState> first = new CompletableFuture<>();
    AtomicReference<@Nullable Daemon> begun = new AtomicReference<>();
    Tries tries = new Tries();
    Daemon daemon =
        opened.start(
            server,
            state -> {
              if (state instanceof DaemonState.Waiting) {
                failed.run();
              }
              if (tries.decided(state, begun.get())) {
                first.complete(state);
              }
            });
    begun.set(daemon);
    DaemonState state = outcome(first);
    if (!(state instanceof DaemonState.Ready)) {
      List<String> words = daemon.lastLines();
      throw new IOException("PostgreSQL did not start: " + state + "\n" + String.join("\n", words));
    }
    return password;
  }

  /** Servers that did not start, one after the other. In the daemon's own thread. */
  private static final class Tries {
    private final long since = System.nanoTime();
    private int failed;

    private boolean decided(DaemonState state, @Nullable Daemon daemon) {
      return switch (state) {
        case DaemonState.Starting _ -> false;
        case DaemonState.Ready _, DaemonState.Stopped _ -> true;
        case DaemonState.Waiting _ -> {
          long passed = System.nanoTime() - since;
          boolean held =
              daemon != null && daemon.lastLines().stream().anyMatch(line -> line.contains(HELD));
          failed++;
          boolean enough = failed >= TRIES && (!held || passed > LET_GO.toNanos());
          yield enough || passed > 2 * START.toNanos();
        }
      };
    }
  }

  private void awaitReaping() throws IOException {
    long end = System.nanoTime() + REAPED.toNanos();
    while (PostmasterFile.of(settings.directory()).unreaped() && System.nanoTime() < end) {
      try {
        Thread.sleep(LOOK_AGAIN);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while an earlier PostgreSQL ended", e);
      }
    }
  }

  private static DaemonState outcome(CompletableFuture<DaemonState> first) throws IOException {
    try {
      return first.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while PostgreSQL started", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stops the server in order, ending its connections; the data stays. */
  @Override
  public synchronized void close() throws IOException {
    access = null;
    if (supervisor != null) {
      supervisor.close();
      supervisor = null;
    }
  }

  /** The process that serves the database of this directory, whoever started it. */
  public static Optional<Long> serving(Path directory) throws IOException {
    PostmasterFile file = PostmasterFile.of(directory);
    return file.serves() ? Optional.of(file.pid()) : Optional.empty();
  }
}
