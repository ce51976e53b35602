package io.homecloud.storage.diff;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.snapshot.change.ChangeList;
import io.homecloud.storage.snapshot.change.SnapshotDiff;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Computes lists of changes, each once, and keeps the last ones for the pages that follow. A
 * comparison goes on when nobody waits for it any more; who asks again finds it.
 */
final class ChangeLists implements AutoCloseable {
  private static final int MOST = 16;
  private static final long MOST_BYTES = 256L << 20;
  private static final String BEING_WRITTEN = ".part";

  private final Path directory;
  private final SnapshotDiff diff;
  private final Map<ListId, CompletableFuture<Optional<Refusal>>> running =
      new ConcurrentHashMap<>();

  /** Threads of the system: a comparison is one long call into the kernel after the other. */
  private final ExecutorService threads =
      Executors.newFixedThreadPool(2, Thread.ofPlatform().daemon().name("diff-", 0).factory());

  private volatile boolean closed;

  /**
   * @param directory for this alone; what is there is of a process before this one and goes
   */
  ChangeLists(Path directory) {
    this.directory = directory;
    this.diff = new SnapshotDiff(directory);
    try {
      Files.createDirectories(directory);
      for (Path old : files()) {
        Files.delete(old);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a comparison needs. */
  interface Sides extends AutoCloseable {
    Path from();

    Path to();

    /** Called when it has ended, on whichever thread. */
    @Override
    void close();
  }

  /** Where the sides come from when the list is not there yet. */
  interface Source {
    Sides open();
  }

  /** What came of waiting for a list. */
  sealed interface Answer {
    /** It is there, to be closed. */
    record Ready(ChangeList list) implements Answer {}

    /** It is being computed. */
    record NotYet() implements Answer {}

    record Refused(Refusal why) implements Answer {}

    /** It is neither here nor being computed. */
    record Unknown() implements Answer {}
  }

  /**
   * The list, computed now if it is not there. Of the same list at the same time one is computed.
   */
  Answer get(ListId id, Source source, Duration wait) {
    Optional<ChangeList> kept = kept(id);
    if (kept.isPresent()) {
      return new Answer.Ready(kept.get());
    }
    CompletableFuture<Optional<Refusal>> computation = running.get(id);
    if (computation == null) {
      Sides sides = source.open();
      CompletableFuture<Optional<Refusal>> mine = new CompletableFuture<>();
      CompletableFuture<Optional<Refusal>> other = running.putIfAbsent(id, mine);
      if (other == null) {
        threads.execute(() -> compute(id, sides, mine));
      } else {
        sides.close();
      }
      computation = other == null ? mine : other;
    }
    return await(id, computation, wait);
  }

  /** The list, if it is there or being computed. */
  Answer get(ListId id, Duration wait) {
    CompletableFuture<Optional<Refusal>> computation = running.get(id);
    return kept(id)
        .<Answer>map(Answer.Ready::new)
        .orElseGet(() -> computation == null ? new Answer.Unknown() : await(id, computation, wait));
  }

  private Answer await(ListId id, CompletableFuture<Optional<Refusal>> computation, Duration wait) {
    try {
      Optional<Refusal> refusal = computation.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return refusal
          .<Answer>map(Answer.Refused::new)
          .or(() -> kept(id).map(Answer.Ready::new))
          .orElseGet(Answer.NotYet::new);
    } catch (TimeoutException e) {
      return new Answer.NotYet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.NotYet();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a comparison failed", e.getCause());
    }
  }

  private void compute(ListId id, Sides sides, CompletableFuture<Optional<Refusal>> result) {
    try (sides) {
      Outcome<ChangeList> outcome =
          diff.between(sides.from(), sides.to(), file(id), id.detail(), new Watch());
      if (outcome instanceof Outcome.Done<ChangeList>(ChangeList list)) {
        list.close();
      }
      makeRoom(file(id));
      running.remove(id);
      result.complete(outcome.refusal());
    } catch (RuntimeException | Error e) {
      running.remove(id);
      result.completeExceptionally(e);
    }
  }

  private final class Watch implements TaskProgress {
    @Override
    public void report(long done, long total, String unit) {}

    @Override
    public boolean cancelled() {
      return closed;
    }
  }

  private Path file(ListId id) {
    return directory.resolve(id.value());
  }

  private Optional<ChangeList> kept(ListId id) {
    Path file = file(id);
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      ChangeList list = ChangeList.open(file);
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return Optional.of(list);
    } catch (UncheckedIOException | IOException e) {
      return Optional.empty();
    }
  }

  /** Those that nobody asked for the longest time go; who reads one just now keeps it. */
  private void makeRoom(Path newest) {
    try {
      int count = 0;
      long bytes = 0;
      for (Path file : files()) {
        if (file.toString().endsWith(BEING_WRITTEN)) {
          continue;
        }
        count++;
        bytes += Files.size(file);
        if (!file.equals(newest) && (count > MOST || bytes > MOST_BYTES)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException e) {
      // The other thread makes room too.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one that was asked for last comes first. */
  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.sorted(Comparator.comparing(ChangeLists::used).reversed()).toList();
    }
  }

  private static FileTime used(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (NoSuchFileException e) {
      return FileTime.fromMillis(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.close();
  }
}
