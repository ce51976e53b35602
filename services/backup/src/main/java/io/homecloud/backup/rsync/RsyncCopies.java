package io.homecloud.backup.rsync;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.engine.CopyInMaking;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.backup.engine.OnDrive;
import io.homecloud.backup.run.CopySums;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.run.RunJob;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.backup.tree.RepositoryLock;
import io.homecloud.backup.tree.RepositoryLock.Holder;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.backup.tree.Trees;
import io.homecloud.control.Name;
import io.homecloud.host.ProcessIdentity;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.path.RelativePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/** The trees of a repository that is there. A copy is called by its path in the repository. */
final class RsyncCopies implements OnDrive {
  private final Trees trees;
  private final Rsync rsync;
  private final MarkFiles marks;
  private final Path own;
  private final CopySums sums;

  RsyncCopies(Trees trees, Rsync rsync, MarkFiles marks, Path own, CopySums sums) {
    this.trees = trees;
    this.rsync = rsync;
    this.marks = marks;
    this.own = own;
    this.sums = sums;
  }

  @Override
  public UUID identity() {
    return trees.mark().uid();
  }

  @Override
  public String sharing() {
    return trees.sharing().word();
  }

  @Override
  public OptionalLong freeBytes() throws IOException {
    return OptionalLong.of(trees.freeBytes());
  }

  @Override
  public List<FoundCopy> found() throws IOException {
    return trees.found().stream()
        .map(copy ->
            new FoundCopy(trees.path(copy.place()), copy.place().at(), copy.mark(), copy.pinned()))
        .toList();
  }

  @Override
  public Locked lock(Holder holder) throws IOException {
    return switch (RepositoryLock.take(trees.lockDirectory(), holder, marks)) {
      case RepositoryLock.Asked.Taken(RepositoryLock lock) -> new Locked.Taken(lock::close);
      case RepositoryLock.Asked.Held(String sentence) -> new Locked.Held(sentence);
    };
  }

  @Override
  public CopyInMaking copy(UUID installation, Name plan, Instant at) throws IOException {
    return new TreeInMaking(
        trees, trees.plan(installation, plan), TreePlace.stamp(at), new RunJob(rsync, own, sums));
  }

  @Override
  public boolean hasBegun(UUID installation, Name plan, Instant at) throws IOException {
    return trees.plan(installation, plan).place(TreePlace.stamp(at)).exists();
  }

  @Override
  public Optional<Instant> newest(UUID installation, Name plan) throws IOException {
    return trees
        .plan(installation, plan)
        .newestName()
        .flatMap(TreePlace::timeOf)
        .filter(at -> !at.isAfter(trees.latest()));
  }

  @Override
  public boolean has(String copy) throws IOException {
    return trees.has(trees.place(copy));
  }

  @Override
  public void delete(String copy) throws IOException {
    trees.delete(trees.place(copy));
  }

  @Override
  public OptionalLong pinned(String copy) throws IOException {
    return trees.pinned(trees.place(copy));
  }

  @Override
  public void pin(String copy, OptionalLong wish) throws IOException {
    trees.pin(trees.place(copy), wish);
  }

  @Override
  public CopyFiles files(String copy) throws IOException {
    return new TreeFiles(trees.place(copy).complete());
  }

  @Override
  public Optional<Path> tree(String copy) {
    try {
      return Optional.of(trees.place(copy).complete());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Copied bring(Bringing order, Consumer<CopyProgress> listener) throws IOException {
    RelativePath volume =
        RelativePath.of((order.copy() + "/" + order.volume()).getBytes(StandardCharsets.UTF_8));
    try (BeneathTree repository = BeneathTree.of(trees.root())) {
      Optional<Descriptor> there =
          repository.open(
              volume, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW);
      if (there.isEmpty() && !trees.areThere()) {
        return new Copied.Not(
            Trouble.RepositoryAway, "What was at " + trees.root() + " is not there.");
      }
      if (there.isEmpty()) {
        return new Copied.Not(
            Trouble.SourceGone,
            "The copy has no directory " + order.volume() + ", or only by a link.");
      }
      // The open directory itself: rsync would go wherever a link leads, on a disk of elsewhere.
      try (Descriptor open = there.get()) {
        return bring(
            order,
            Path.of("/proc/" + ProcessIdentity.self().pid() + "/fd/" + open.number()),
            listener);
      }
    }
  }

  private Copied bring(Bringing order, Path volume, Consumer<CopyProgress> listener)
      throws IOException {
    PrivateDirectory.make(own);
    Optional<Path> list = order.all() ? Optional.empty() : Optional.of(list(order));
    Path lock = own.resolve(order.id() + ".lock");
    try {
      return rsync.persistently(
          // Mirrored: what an rsync that was killed left half would come back as a file.
          new Copy(volume, order.into(), List.of(), list, List.of(), List.of(), true, lock),
          listener);
    } finally {
      if (list.isPresent()) {
        Files.deleteIfExists(list.get());
      }
      Files.deleteIfExists(lock);
    }
  }

  private Path list(Bringing order) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (RelativePath path : order.paths()) {
      lines.writeBytes(path.bytes());
      lines.write(0);
    }
    Path list = own.resolve(order.id() + ".list");
    Files.write(list, lines.toByteArray());
    return list;
  }
}
