package io.homecloud.backup.restore;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.Copies.Bringing;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.run.RunFiles.Whole;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.backup.tree.TreeSharing;
import io.homecloud.host.ProcessIdentity;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Copies out of a run into a volume: first beside, where nobody but root gets in, then name by name
 * into place. So a file is never half there, and whatever people do in the volume meanwhile,
 * nothing is written outside of it.
 */
final class RestoreJob {
  private static final String COPIED = "copied";

  /**
   * Of this boot: what an earlier one left may have its size and time, by which it is gone on with,
   * and not its contents.
   */
  private static final String COPYING = "copying-" + ProcessIdentity.thisBoot();

  private static final int DIRECTORY =
      FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;

  private final TreeSharing removal;

  /**
   * @param removal removes plain directories
   */
  RestoreJob(TreeSharing removal) {
    this.removal = removal;
  }

  /**
   * From where to where.
   *
   * @param fresh whether the volume was made for it
   */
  record Order(
      UUID id, Whole from, Wanted wanted, RestoreSpec.Overwrite rule, boolean fresh, Path volume) {}

  /** What came of it. */
  sealed interface Ended {
    record Complete(PutInPlace.Tally tally) implements Ended {}

    record Not(Trouble trouble, String sentence) implements Ended {}
  }

  private static Path beside(UUID restore, Path volume) {
    return volume.resolve(".homecloud-restore-" + restore);
  }

  Ended run(Order order, Consumer<CopyProgress> listener, BooleanSupplier cancelled)
      throws IOException {
    Path beside = beside(order.id(), order.volume());
    RelativePath name = RelativePath.of(bytes(beside.getFileName().toString()));
    try (BeneathTree volume = BeneathTree.of(order.volume())) {
      make(volume.top(), name.bytes());
      try (Descriptor place = open(volume, name);
          BeneathTree staging = BeneathTree.of(path(place))) {
        if (staging.status(RelativePath.of(bytes(COPIED))).isEmpty()) {
          if (copy(order, volume, staging, listener)
              instanceof Copied.Not(Trouble trouble, String why)) {
            return new Ended.Not(trouble, why);
          }
        }
        PutInPlace.Tally tally = inPlace(order, staging, volume, cancelled);
        if (!cancelled.getAsBoolean()) {
          removal.remove(beside);
          volume.writeOut();
        }
        return new Ended.Complete(tally);
      }
    }
  }

  /** Takes away what is beside; what came into place stays. */
  void giveUp(UUID restore, Path volume) throws IOException {
    removal.remove(beside(restore, volume));
  }

  private static PutInPlace.Tally inPlace(
      Order order, BeneathTree staging, BeneathTree volume, BooleanSupplier cancelled)
      throws IOException {
    try (Descriptor copied = open(staging, RelativePath.of(bytes(COPIED)));
        BeneathTree files = BeneathTree.of(path(copied))) {
      PutInPlace putting = new PutInPlace(order.rule(), staging.top(), cancelled);
      PutInPlace.Tally tally =
          putting.move(files, volume, order.wanted().into(), order.wanted().paths());
      if (order.fresh() && order.wanted().all() && order.wanted().into().isTop()) {
        // Its owner and mode are the volume's, which was made with them.
        DirectoryAttributes.giveLists(copied, volume.top());
      }
      return tally;
    }
  }

  private Copied copy(
      Order order, BeneathTree volume, BeneathTree staging, Consumer<CopyProgress> listener)
      throws IOException {
    byte[] copying = bytes(COPYING);
    keepOnly(COPYING, path(staging.top()));
    make(staging.top(), copying);
    try (Descriptor into = open(staging, RelativePath.of(copying))) {
      // Nobody but root gets to it: what it is in is root's.
      PutInPlace.like(volume, order.wanted().into(), into);
      Copied copied =
          order
              .from()
              .copies()
              .bring(
                  new Bringing(
                      order.id().toString(),
                      order.from().copy(),
                      order.wanted().source(),
                      order.wanted().paths(),
                      path(into)),
                  listener);
      if (copied instanceof Copied.Done) {
        // By that name it is believed after a power cut too.
        volume.writeOut();
        long moved =
            FileCalls.rename(
                staging.top().number(), copying, staging.top().number(), bytes(COPIED), 0);
        if (moved < 0) {
          throw new IOException("what was copied: " + Errno.of(moved).text());
        }
      }
      return copied;
    }
  }

  private void keepOnly(String name, Path staging) throws IOException {
    try (Stream<Path> all = Files.list(staging)) {
      for (Path left : all.filter(path -> !path.endsWith(name)).toList()) {
        removal.remove(left);
      }
    }
  }

  private static void make(Descriptor directory, byte[] name) throws IOException {
    long made = FileCalls.makeDirectory(directory.number(), name, 0700);
    if (made < 0 && !Errno.EEXIST.is(made)) {
      throw new IOException("making a directory: " + Errno.of(made).text());
    }
  }

  private static Descriptor open(BeneathTree tree, RelativePath path) throws IOException {
    return tree.open(path, DIRECTORY)
        .orElseThrow(() -> new IOException("something else is in the way of the restore"));
  }

  /** The open directory itself, for rsync too, whoever renames it or puts a link in its place. */
  private static Path path(Descriptor directory) {
    return Path.of("/proc/" + ProcessIdentity.self().pid() + "/fd/" + directory.number());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
