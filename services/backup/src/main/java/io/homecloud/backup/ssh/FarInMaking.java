package io.homecloud.backup.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copied;
import io.homecloud.backup.engine.CopyInMaking;
import io.homecloud.backup.engine.CopyProgress;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.backup.engine.Summing;
import io.homecloud.backup.log.RunLog;
import io.homecloud.backup.rsync.FarCopy;
import io.homecloud.backup.run.CopySums;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes.Taken;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/** A tree that is made on another machine, in the same steps as one of this. */
final class FarInMaking implements CopyInMaking {
  private final FarCopies copies;
  private final FarSide far;
  private final String plan;
  private final String stamp;
  private final FarCheckpoint checkpoint;

  FarInMaking(FarCopies copies, String plan, String stamp) {
    this.copies = copies;
    this.far = copies.far();
    this.plan = plan;
    this.stamp = stamp;
    this.checkpoint = new FarCheckpoint(far, plan);
  }

  @Override
  public String copy() {
    return plan + "/runs/" + stamp;
  }

  @Override
  public Optional<RunMark> complete() throws IOException {
    return copies
        .marks()
        .parse(far.ask("read", copy() + "/" + RunMark.FILE).getFirst(), RunMark.class);
  }

  @Override
  public void settle() throws IOException {
    List<String> _ = far.have("settle", plan);
  }

  @Override
  public Made make(Order order, Consumer<CopyProgress> listener, Function<Contents, RunMark> mark)
      throws IOException {
    for (Source source : order.sources()) {
      if (isMissing(order, source)) {
        return new Made.Not(
            Trouble.SourceGone,
            "Volume "
                + source.volume()
                + " has no "
                + source.encodedPath()
                + ", or only by a link.");
      }
    }
    RunLog.tell("homecloud", "Everything is looked at: the repository is on another machine.");
    boolean whole = false;
    try (CopySums.Open told = copies.sums().of(UUID.fromString(order.id()));
        FarCheckpoint.Repeated _ = checkpoint.repeated(FarCheckpoint.EVERY)) {
      Summing sum = new Summing(CopyProgress.NONE, listener, true);
      Optional<Made> made = copyAll(order, told, sum, mark);
      while (made.isEmpty()) {
        RunLog.tell("homecloud", "The other machine was started anew: the copy is begun again.");
        // Nothing that was looked at there counts any more; what was sent does.
        CopyProgress sent =
            new CopyProgress(sum.last().bytesCopied(), sum.last().filesCopied(), 0, 0);
        sum = new Summing(sent, listener, true);
        made = copyAll(order, told, sum, mark);
      }
      whole = made.get() instanceof Made.Complete;
      return made.get();
    } finally {
      if (!whole) {
        // What is there already is believed after a power cut there too.
        checkpoint.takeAtTheEnd();
      }
    }
  }

  /** Empty when the other machine was started anew meanwhile, of whichever source. */
  private Optional<Made> copyAll(
      Order order,
      CopySums.Open told,
      Consumer<CopyProgress> listener,
      Function<Contents, RunMark> mark)
      throws IOException {
    List<String> begin =
        new ArrayList<>(
            List.of(plan, stamp, sameSources(order.sources()), standsFor(order.sources())));
    order.sources().forEach(source -> begin.add(source.volume().value()));
    List<String> begun = far.have("begin", begin.toArray(String[]::new));
    Contents contents = Contents.NONE;
    CopyProgress before = CopyProgress.NONE;
    for (Source source : order.sources()) {
      Summing sum = new Summing(before, listener, order.sources().size() == 1);
      switch (copy(order, source, begun, told, sum)) {
        case Copied.Not(Trouble trouble, String sentence) -> {
          return trouble == Trouble.Interrupted && !checkpoint.take()
              ? Optional.empty()
              : Optional.of(not(trouble, sentence));
        }
        case Copied.Done(Contents more) -> contents = contents.plus(more);
      }
      before = sum.last();
    }
    RunMark complete = mark.apply(contents);
    // What is not on its disk yet is written to it first.
    List<String> answer = far.hand(copies.marks().text(complete), "complete", plan, stamp);
    return answer.contains("anew") ? Optional.empty() : Optional.of(new Made.Complete(complete));
  }

  /** Says what is wrong with the connection, when it is that. */
  private Made not(Trouble trouble, String sentence) {
    if (trouble != Trouble.Interrupted) {
      return new Made.Not(trouble, sentence);
    }
    try {
      List<String> _ = far.ask("look");
    } catch (EngineTrouble e) {
      return new Made.Not(e.trouble(), e.sentence());
    } catch (IOException e) {
      // as if it had answered
    }
    return new Made.Not(
        Trouble.ConnectionLost,
        "The connection to "
            + far.url().title()
            + " was lost again and again; the next run goes on with what is there.");
  }

  private static boolean isMissing(Order order, Source source) throws IOException {
    try (BeneathTree snapshot = BeneathTree.of(snapshot(order, source))) {
      return snapshot.status(EncodedPath.parse(source.encodedPath())).isEmpty();
    }
  }

  private static Path snapshot(Order order, Source source) {
    Taken taken = order.snapshots().get(source.volume());
    if (taken == null) {
      throw new IllegalStateException("no snapshot of " + source.volume());
    }
    return taken.path();
  }

  /** The newest copy of these very sources: only of such a one a snapshot is gone on with. */
  private String sameSources(List<Source> sources) throws IOException {
    if (!copies.sharing().equals("btrfs")) {
      return "";
    }
    List<String> wanted = places(sources);
    List<FoundCopy> ours =
        copies.found().stream()
            .filter(found -> found.copy().startsWith(plan + "/runs/"))
            .sorted(
                java.util.Comparator.comparing(
                    found -> TreePlace.stamp(found.at()), TreePlace.oldestFirst(far.latest())))
            .toList();
    if (ours.isEmpty()) {
      return "";
    }
    FoundCopy newest = ours.getLast();
    List<String> had =
        newest.mark().sources().stream()
            .map(one -> one.volume() + " " + one.path())
            .sorted()
            .toList();
    return had.equals(wanted) ? newest.copy().substring(newest.copy().lastIndexOf('/') + 1) : "";
  }

  private static List<String> places(List<Source> sources) {
    return sources.stream().map(one -> one.volume() + " " + one.encodedPath()).sorted().toList();
  }

  /** The same for the same sources, and short: a command has only so much room. */
  private static String standsFor(List<Source> sources) {
    return UUID.nameUUIDFromBytes(String.join("\n", places(sources)).getBytes(UTF_8)).toString();
  }

  private Copied copy(
      Order order,
      Source source,
      List<String> begun,
      CopySums.Open told,
      Consumer<CopyProgress> listener)
      throws IOException {
    String runs = plan + "/runs/";
    RelativePath path = EncodedPath.parse(source.encodedPath());
    Optional<Path> list =
        path.isTop() ? Optional.empty() : Optional.of(copies.list(order.id(), List.of(path)));
    try {
      return copies
          .rsync()
          .persistently(
              new FarCopy(
                  far.ssh(),
                  // Not on what a power cut there left, before that is looked through.
                  "grep -qxF -f "
                      + FarSide.quoted(copies.absolute(runs + ".begun"))
                      + " /proc/sys/kernel/random/boot_id && mkdir -p "
                      + FarSide.quoted(
                          copies.absolute(runs + begun.getFirst() + "/" + source.volume()))
                      + " && flock --no-fork --nonblock "
                      + FarSide.quoted(copies.absolute(plan + "/.copying"))
                      + " "
                      + copies.program(),
                  snapshot(order, source).toString(),
                  copies.there(runs + begun.getFirst() + "/" + source.volume()),
                  begun.stream()
                      .skip(1)
                      .map(from -> copies.absolute(runs + from + "/" + source.volume()))
                      .toList(),
                  list,
                  source.included(),
                  source.excluded(),
                  true,
                  copies.absolute(plan + "/.partial"),
                  Optional.of(told.of(source.volume()))),
              order.pace(),
              listener,
              checkpoint::take);
    } finally {
      if (list.isPresent()) {
        Files.deleteIfExists(list.get());
      }
    }
  }

  @Override
  public void giveUp() throws IOException {
    List<String> _ = far.have("giveup", plan);
  }
}
