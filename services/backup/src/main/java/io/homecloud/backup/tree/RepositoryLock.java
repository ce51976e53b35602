package io.homecloud.backup.tree;

import io.homecloud.host.DirectoryLock;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One installation at a time writes to a repository. The kernel keeps the lock, so that it ends
 * with who has it; a file beside it says who that is.
 */
public final class RepositoryLock implements AutoCloseable {
  /** The kernel's locks do not tell threads of one process apart. */
  private static final Set<Path> OURS = new HashSet<>();

  private final Path directory;
  private final DirectoryLock lock;

  private RepositoryLock(Path directory, DirectoryLock lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /** Who uses a repository. */
  public record Holder(UUID installation, String node, String run, Instant since) {}

  /** What came of asking for it. */
  public sealed interface Asked {
    record Taken(RepositoryLock lock) implements Asked {}

    /** Another has it; a sentence that says who. */
    record Held(String sentence) implements Asked {}
  }

  /**
   * Does not wait.
   *
   * @param directory of the lock, in the repository
   * @throws IOException when the disk cannot be written to
   */
  public static Asked take(Path directory, Holder holder, MarkFiles marks) throws IOException {
    Path file = directory.resolve("holder.json");
    synchronized (OURS) {
      if (OURS.contains(directory)) {
        return held(marks, file);
      }
      DirectoryLock lock;
      try {
        Trees.removeLink(directory);
        Trees.removeLink(directory.resolve("lock"));
        lock = DirectoryLock.take(directory);
      } catch (FileSystemException e) {
        throw e;
      } catch (IOException e) {
        return held(marks, file);
      }
      try {
        marks.writeSoon(file, holder);
      } catch (IOException e) {
        lock.close();
        throw e;
      }
      OURS.add(directory);
      return new Asked.Taken(new RepositoryLock(directory, lock));
    }
  }

  private static Asked held(MarkFiles marks, Path file) throws IOException {
    return new Asked.Held(heldBy(marks.read(file, Holder.class)));
  }

  /** Says who has it. */
  public static String heldBy(Optional<Holder> who) {
    return who.map(holder ->
            "Installation %s on node %s has used the repository since %s, for run %s; try again when that has ended."
                .formatted(holder.installation(), holder.node(), holder.since(), holder.run()))
        .orElse("Another installation uses the repository; try again when that has ended.");
  }

  @Override
  public void close() throws IOException {
    synchronized (OURS) {
      OURS.remove(directory);
      lock.close();
    }
  }
}
