package io.homecloud.backup.run;

import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.engine.Summing;
import io.homecloud.backup.rsync.Copy;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.rsync.Rsync.Differences;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.backup.tree.TreeSharing.Prepared;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Looks at everything: rsync compares the whole snapshots with what is in the copy. */
final class Scanning {
  private final Rsync rsync;
  private final Path own;

  Scanning(Rsync rsync, Path own) {
    this.rsync = rsync;
    this.own = own;
  }

  /** What a copy is made with. */
  private interface Use<T> {
    T of(Copy copy) throws IOException;
  }

  Copied copy(
      RunJob.Order order, Prepared prepared, Consumer<CopyProgress> listener, CopySums.Open told)
      throws IOException {
    new SourceTrees(prepared.into(), order.sources()).prune(order.trees().sharing()::remove);
    order.trees().sharing().keepOneNameEach(prepared.into());
    Contents contents = Contents.NONE;
    CopyProgress before = CopyProgress.NONE;
    for (Source source : order.sources()) {
      Summing sum = new Summing(before, listener, order.sources().size() == 1);
      switch (with(
          order,
          prepared,
          source,
          copy -> rsync.persistently(copy.telling(told.of(source.volume())), order.pace(), sum))) {
        case Copied.Not not -> {
          return not;
        }
        case Copied.Done(Contents more) -> contents = contents.plus(more);
      }
      before = sum.last();
    }
    return new Copied.Done(contents);
  }

  /** In what the copy is not as it should be; the first line, empty when it is right. */
  Optional<String> difference(RunJob.Order order, Prepared prepared) throws IOException {
    for (Source source : order.sources()) {
      Optional<String> found =
          switch (with(order, prepared, source, rsync::differences)) {
            case Differences.Lines(List<String> lines) ->
                lines.stream().findFirst().map(first -> lines.size() + " differences: " + first);
            case Differences.Unknown(String sentence) -> Optional.of(sentence);
          };
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private <T> T with(RunJob.Order order, Prepared prepared, Source source, Use<T> use)
      throws IOException {
    String volume = source.volume().value();
    Path into = prepared.into().resolve(volume);
    Files.createDirectories(into);
    List<Path> linkFrom = new ArrayList<>();
    for (Path tree : prepared.linkFrom()) {
      if (Files.isDirectory(tree.resolve(volume), LinkOption.NOFOLLOW_LINKS)) {
        linkFrom.add(tree.resolve(volume));
      }
    }
    RelativePath path = EncodedPath.parse(source.encodedPath());
    Optional<Path> list = path.isTop() ? Optional.empty() : Optional.of(list(order.id(), path));
    try {
      return use.of(
          new Copy(
              order.snapshot(source),
              into,
              linkFrom,
              list,
              source.included(),
              source.excluded(),
              true,
              order.plan().copying()));
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
    Files.write(list, Arrays.copyOf(bytes, bytes.length + 1));
    return list;
  }
}
