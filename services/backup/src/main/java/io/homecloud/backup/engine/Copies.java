package io.homecloud.backup.engine;

import io.homecloud.backup.tree.RepositoryLock.Holder;
import io.homecloud.control.Name;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A repository that is there, with its copies. A copy is called by a text that its engine made and
 * that means the same for ever. An {@link IOException} means that the repository could not be read
 * or written just then.
 */
public interface Copies {
  /** What the repository calls itself. */
  UUID identity();

  /** How copies share what did not change, a word for people. */
  String sharing();

  /** How many bytes can still be written, where somebody tells. */
  OptionalLong freeBytes() throws IOException;

  /** All complete copies, of whichever plan and installation. */
  List<FoundCopy> found() throws IOException;

  /** One at a time writes to it. Does not wait. */
  Locked lock(Holder holder) throws IOException;

  /** What came of asking for it. */
  sealed interface Locked {
    record Taken(Lock lock) implements Locked {}

    /** Another has it; a sentence that says who. */
    record Held(String sentence) implements Locked {}
  }

  /** The right to write, until it is closed. */
  interface Lock extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /** A copy of a plan's sources at that time, to be made, or made already. */
  CopyInMaking copy(UUID installation, Name plan, Instant at) throws IOException;

  /** A sentence when nobody can say anything of a copy: its disk is not here, and others are. */
  default Optional<String> away(String copy) {
    return Optional.empty();
  }

  /** Whether the copy is there and complete. */
  boolean has(String copy) throws IOException;

  /** Deletes a copy, complete or not; nothing when it is not there. */
  void delete(String copy) throws IOException;

  /**
   * The number of the wish by which a copy is pinned, as was said to {@link #pin}; empty when it is
   * not pinned, {@link #UNNUMBERED} when nobody has said one.
   */
  OptionalLong pinned(String copy) throws IOException;

  /** The pin of a release that noted no numbers, or of somebody's hand. */
  long UNNUMBERED = 0;

  /**
   * Keeps with the copies that this one is pinned, or that it is not.
   *
   * @param wish its number, higher than those of earlier wishes; empty when it is not to be pinned
   */
  void pin(String copy, OptionalLong wish) throws IOException;

  /** Looks into a complete copy. */
  CopyFiles files(String copy) throws IOException;

  /** The copy as a directory that can be walked, where it is one. */
  Optional<Path> tree(String copy);

  /**
   * Brings files of a copy into an empty directory, with all that is to them.
   *
   * @param id the same for every attempt; repeated, it goes on
   * @param volume whose files they are
   * @param paths in that volume; only the top for all of it
   * @param into gets what is in the volume, each file at its path, and has nothing else then
   */
  record Bringing(String id, String copy, Name volume, List<RelativePath> paths, Path into) {
    public Bringing {
      paths = List.copyOf(paths);
    }

    public boolean all() {
      return paths.equals(List.of(RelativePath.TOP));
    }
  }

  /**
   * Carries it out.
   *
   * @param listener hears about once a second, in another thread
   * @throws java.util.concurrent.CancellationException when the thread was interrupted
   */
  Copied bring(Bringing order, Consumer<CopyProgress> listener) throws IOException;
}
