package io.homecloud.backup.ssh;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.engine.CopyInMaking;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.backup.engine.Pace;
import io.homecloud.backup.rsync.FarCopy;
import io.homecloud.backup.rsync.Rsync;
import io.homecloud.backup.run.CopySums;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.backup.tree.RepositoryLock;
import io.homecloud.backup.tree.RepositoryLock.Holder;
import io.homecloud.backup.tree.RepositoryMark;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.control.Name;
import io.homecloud.host.StreamHost;
import io.homecloud.host.path.RelativePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/** The trees of a repository on another machine, called by their paths in it. */
final class FarCopies implements Copies {
  private static final String PLAN = "homecloud-plan.json";

  private final FarSide far;
  private final StreamHost host;
  private final Rsync rsync;
  private final MarkFiles marks;
  private final Path own;
  private final CopySums sums;
  private final Facts facts;

  FarCopies(
      FarSide far,
      StreamHost host,
      Rsync rsync,
      MarkFiles marks,
      Path own,
      CopySums sums,
      Facts facts) {
    this.far = far;
    this.host = host;
    this.rsync = rsync;
    this.marks = marks;
    this.own = own;
    this.sums = sums;
    this.facts = facts;
  }

  /**
   * What was found there.
   *
   * @param root whether we may do everything there; otherwise owners and the like are kept beside
   *     the files
   * @param sharing {@code btrfs} or {@code links}
   */
  record Facts(RepositoryMark mark, boolean root, String sharing, long free) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record PlanMark(UUID installation, Name plan) {}

  FarSide far() {
    return far;
  }

  Rsync rsync() {
    return rsync;
  }

  MarkFiles marks() {
    return marks;
  }

  CopySums sums() {
    return sums;
  }

  /** rsync as it is run there. */
  String program() {
    return facts.root() ? "rsync" : "rsync --fake-super";
  }

  String there(String path) {
    return far.url().rsyncHost() + ":" + absolute(path);
  }

  String absolute(String path) {
    return far.url().directory() + "/" + path;
  }

  @Override
  public UUID identity() {
    return facts.mark().uid();
  }

  @Override
  public String sharing() {
    return facts.sharing();
  }

  @Override
  public OptionalLong freeBytes() {
    return OptionalLong.of(facts.free());
  }

  @Override
  public List<FoundCopy> found() throws IOException {
    List<String> fields = far.have("found");
    List<FoundCopy> found = new ArrayList<>();
    for (int i = 0; i + 2 < fields.size(); i += 3) {
      String copy = fields.get(i);
      boolean pinned = fields.get(i + 1).equals("1");
      Optional<Instant> at = TreePlace.timeOf(copy.substring(copy.lastIndexOf('/') + 1));
      if (at.isPresent()) {
        marks
            .parse(fields.get(i + 2), RunMark.class)
            .filter(mark -> mark.format() <= RunMark.FORMAT)
            .ifPresent(mark -> found.add(new FoundCopy(copy, at.get(), mark, pinned)));
      }
    }
    return found;
  }

  @Override
  public Locked lock(Holder holder) throws IOException {
    return FarLock.take(
        host,
        far,
        holder,
        marks.text(holder),
        text -> RepositoryLock.heldBy(marks.parse(text, Holder.class)));
  }

  @Override
  public CopyInMaking copy(UUID installation, Name plan, Instant at) throws IOException {
    return new FarInMaking(this, directory(installation, plan), TreePlace.stamp(at));
  }

  /** A directory with the plan's name, unless another installation has a plan of that name. */
  private String directory(UUID installation, Name plan) throws IOException {
    for (String name :
        List.of(plan.value(), plan + "@" + installation.toString().substring(0, 8))) {
      List<String> read = far.ask("read", name + "/" + PLAN);
      Optional<PlanMark> there = marks.parse(read.getFirst(), PlanMark.class);
      PlanMark ours = new PlanMark(installation, plan);
      if (there.filter(ours::equals).isPresent()) {
        return name;
      }
      if (there.isEmpty() && read.getLast().equals("free")) {
        List<String> _ = far.give(marks.text(ours), "plan", name);
        return name;
      }
    }
    throw new IOException("something that is not of homecloud is in the way of " + plan);
  }

  @Override
  public boolean has(String copy) throws IOException {
    return far.ask("has", copy).contains("yes");
  }

  @Override
  public void delete(String copy) throws IOException {
    List<String> _ = far.have("delete", copy);
  }

  @Override
  public OptionalLong pinned(String copy) throws IOException {
    List<String> there = far.ask("pinned", copy);
    return there.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(marks.parse(there.getFirst(), Long.class).orElse(UNNUMBERED));
  }

  @Override
  public void pin(String copy, OptionalLong wish) throws IOException {
    List<String> _ = far.ask("pin", copy, wish.isPresent() ? "" + wish.getAsLong() : "");
  }

  @Override
  public CopyFiles files(String copy) {
    return new FarFiles(far, copy, own);
  }

  @Override
  public Optional<Path> tree(String copy) {
    return Optional.empty();
  }

  @Override
  public Copied bring(Bringing order, Consumer<CopyProgress> listener) throws IOException {
    Optional<Path> list =
        order.all() ? Optional.empty() : Optional.of(list(order.id(), order.paths()));
    try {
      return rsync.persistently(
          new FarCopy(
              far.ssh(),
              program(),
              there(order.copy() + "/" + order.volume()),
              order.into().toString(),
              List.of(),
              list,
              List.of(),
              List.of(),
              // What an rsync that was killed left half would come back as a file.
              true,
              Files.createDirectories(own.resolve(order.id() + ".partial")).toString(),
              Optional.empty()),
          Pace.FREE,
          listener);
    } finally {
      if (list.isPresent()) {
        Files.deleteIfExists(list.get());
      }
      removePartial(own.resolve(order.id() + ".partial"));
    }
  }

  private static void removePartial(Path directory) throws IOException {
    try (var parts = Files.newDirectoryStream(directory)) {
      for (Path part : parts) {
        Files.deleteIfExists(part);
      }
    }
    Files.deleteIfExists(directory);
  }

  Path list(String id, List<RelativePath> paths) throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (RelativePath path : paths) {
      lines.writeBytes(path.bytes());
      lines.write(0);
    }
    PrivateDirectory.make(own);
    Path list = own.resolve(id + ".list");
    Files.write(list, lines.toByteArray());
    return list;
  }
}
