package io.homecloud.backup.run;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.rsync.Copy;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.backup.tree.PlanTrees;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.backup.tree.TreeSharing.Prepared;
import io.homecloud.backup.tree.Trees;
import io.homecloud.control.Name;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/** Copies snapshots into a repository until the copy is complete. Repeated, it goes on. */
public final class RunJob {
  private final Rsync rsync;
  private final Path own;
  private final CopySums sums;

  /**
   * @param own a directory for what is needed for a moment
   */
  public RunJob(Rsync rsync, Path own, CopySums sums) {
    this.rsync = rsync;
    this.own = own;
    this.sums = sums;
  }

  /** What is copied where. */
  public record Order(
      String id,
      List<Source> sources,
      Map<Name, Taken> snapshots,
      Trees trees,
      PlanTrees plan,
      TreePlace place) {}

  /** What came of it. */
  public sealed interface Ended {
    record Complete(RunMark mark) implements Ended {}

    record Not(Trouble trouble, String sentence) implements Ended {}
  }

  /**
   * Copies everything.
   *
   * @param mark of the copy when it has these contents and sources
   */
  public Ended run(Order order, Consumer<CopyProgress> listener, Function<Contents, RunMark> mark)
      throws IOException {
    for (Source source : order.sources()) {
      Optional<String> missing = missing(order, source);
      if (missing.isPresent()) {
        return new Ended.Not(Trouble.SourceGone, missing.get());
      }
    }
    Prepared prepared = order.plan().begin(order.place());
    new SourceTrees(prepared.into(), order.sources()).prune(order.trees().sharing()::remove);
    Contents contents = Contents.NONE;
    CopyProgress before = new CopyProgress(0, 0, 0, 0);
    for (Source source : order.sources()) {
      Summing sum = new Summing(before, listener);
      Copied copied = copy(order, prepared, source, sum);
      switch (copied) {
        case Copied.Not(Trouble trouble, String sentence) -> {
          return new Ended.Not(trouble, sentence);
        }
        case Copied.Done(Contents more) -> contents = contents.plus(more);
      }
      before = sum.last;
    }
    RunMark complete = mark.apply(contents);
    order.plan().complete(order.place(), complete);
    return new Ended.Complete(complete);
  }

  private static Optional<String> missing(Order order, Source source) throws IOException {
    RelativePath path = EncodedPath.parse(source.encodedPath());
    try (BeneathTree snapshot = BeneathTree.of(snapshot(order, source))) {
      return snapshot.status(path).isPresent()
          ? Optional.empty()
          : Optional.of(
              "Volume "
                  + source.volume()
                  + " has no "
                  + EncodedPath.write(path)
                  + ", or only by a link.");
    }
  }

  private static Path snapshot(Order order, Source source) {
    Taken taken = order.snapshots().get(source.volume());
    if (taken == null) {
      throw new IllegalStateException("no snapshot of " + source.volume());
    }
    return taken.path();
  }

  private Copied copy(Order order, Prepared prepared, Source source, Summing sum)
      throws IOException {
    String volume = source.volume().value();
    Path into = prepared.into().resolve(volume);
    Files.createDirectories(into);
    List<Path> linkFrom = new ArrayList<>();
    for (Path tree : prepared.linkFrom()) {
      if (Files.isDirectory(tree.resolve(volume))) {
        linkFrom.add(tree.resolve(volume));
      }
    }
    RelativePath path = EncodedPath.parse(source.encodedPath());
    Optional<Path> list = path.isTop() ? Optional.empty() : Optional.of(list(order.id(), path));
    RelativePath top = RelativePath.of(volume.getBytes(StandardCharsets.UTF_8));
    try (CopySums.Open told = sums.of(UUID.fromString(order.id()))) {
      return rsync.persistently(
          new Copy(
              snapshot(order, source),
              into,
              linkFrom,
              list,
              source.included(),
              source.excluded(),
              true,
              order.plan().copying(),
              true),
          sum,
          (file, checksum) -> told.add(top.resolve(file), checksum));
    } finally {
      if (list.isPresent()) {
        Files.deleteIfExists(list.get());
      }
    }
  }

  private Path list(String id, RelativePath path) throws IOException {
    PrivateDirectory.make(own);
    Path list = own.resolve(id + ".list");
    byte[] bytes = path.bytes();
    byte[] line = java.util.Arrays.copyOf(bytes, bytes.length + 1);
    Files.write(list, line);
    return list;
  }

  /** Progress over several sources. */
  private static final class Summing implements Consumer<CopyProgress> {
    private final CopyProgress before;
    private final Consumer<CopyProgress> listener;
    private volatile CopyProgress last;

    Summing(CopyProgress before, Consumer<CopyProgress> listener) {
      this.before = before;
      this.listener = listener;
      this.last = before;
    }

    @Override
    public void accept(CopyProgress now) {
      last =
          new CopyProgress(
              before.bytesCopied() + now.bytesCopied(),
              before.filesCopied() + now.filesCopied(),
              before.checked() + now.checked(),
              before.known() + now.known());
      listener.accept(last);
    }
  }
}
