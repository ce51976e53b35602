package io.homecloud.backup.engine;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.change.Look;
import io.homecloud.backup.change.Since;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.Name;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** One copy, from nothing to complete. Whoever makes it has the repository's lock. */
public interface CopyInMaking {
  /** What it is called in its repository. */
  String copy();

  /** What it says of itself, if it is complete. */
  Optional<RunMark> complete() throws IOException;

  /** Does what is left to do after it became complete, should who completed it have been killed. */
  void settle() throws IOException;

  /**
   * What is copied.
   *
   * @param id of the run, the same for every attempt
   * @param snapshots of the sources' volumes, as they were at one instant
   * @param since what has changed since an earlier copy, for who can make use of that
   * @param look how it is to be found out what has to be copied
   * @param pace how fast may be copied
   */
  record Order(
      String id,
      List<Source> sources,
      Map<Name, Taken> snapshots,
      Since since,
      Look look,
      Pace pace) {
    public Order(
        String id, List<Source> sources, Map<Name, Taken> snapshots, Since since, Look look) {
      this(id, sources, snapshots, since, look, Pace.FREE);
    }
  }

  /** What came of it. */
  sealed interface Made {
    record Complete(RunMark mark) implements Made {}

    /** Not complete; it may be tried again. */
    record Not(Trouble trouble, String sentence) implements Made {}
  }

  /**
   * Copies until it is complete; what another attempt has done is gone on with. Never is what is
   * not complete taken for a copy, whatever ends this.
   *
   * @param listener hears about once a second, in another thread
   * @param mark of the copy when it has these contents
   * @throws java.util.concurrent.CancellationException when the thread was interrupted
   */
  Made make(Order order, Consumer<CopyProgress> listener, Function<Contents, RunMark> mark)
      throws IOException;

  /** Takes away what was copied and is not complete. */
  void giveUp() throws IOException;
}
