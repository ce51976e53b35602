package io.homecloud.backup.restore;

import io.homecloud.backup.restore.RestoreSpec.Overwrite;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.DirectoryEntries;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.host.libc.XattrCalls;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Moves what was copied beside into its place, name by name. People use the volume meanwhile and
 * may put links in the way: every step is from an open directory to a name in it, and no link is
 * ever followed. Killed, it is repeated: what is in place is not beside any more.
 */
final class PutInPlace {
  private static final int DIRECTORY =
      FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW;

  private static final int MOST_TOLD = 20;
  private static final byte[] FRESH = "fresh".getBytes(StandardCharsets.US_ASCII);

  private static final ByteBuffer DEFAULT_RIGHTS =
      ByteBuffer.wrap("system.posix_acl_default".getBytes(StandardCharsets.US_ASCII));

  private final Overwrite rule;
  private final Descriptor beside;
  private final BooleanSupplier cancelled;
  private long restored;
  private long kept;
  private final List<String> inTheWay = new ArrayList<>();
  private long moreInTheWay;
  private List<RelativePath> wanted = List.of();

  /**
   * @param beside a directory of the same file system that nobody but root gets to, for what is
   *     half-made
   */
  PutInPlace(Overwrite rule, Descriptor beside, BooleanSupplier cancelled) {
    this.rule = rule;
    this.beside = beside;
    this.cancelled = cancelled;
  }

  /**
   * What came of it.
   *
   * @param inTheWay directories that were to be replaced by files, and were not; the first ones
   * @param moreInTheWay how many more there are
   */
  record Tally(long restored, long kept, List<String> inTheWay, long moreInTheWay) {}

  /**
   * Moves everything that is in one directory into another of the same file system.
   *
   * @param into the path of the other, made if need be
   * @param asked what somebody asked for of all that: what it is in is only on the way to it
   */
  Tally move(BeneathTree from, BeneathTree volume, RelativePath into, List<RelativePath> asked)
      throws IOException {
    wanted = asked;
    Optional<Descriptor> source = from.open(RelativePath.TOP, DIRECTORY);
    try (Descriptor files = source.orElseThrow(() -> new IOException("nothing was copied"));
        Descriptor target = directory(volume, into)) {
      contents(files, target, RelativePath.TOP);
      return new Tally(restored, kept, List.copyOf(inTheWay), moreInTheWay);
    }
  }

  /** Opens the directory of that path, and makes what of it is not there. */
  private Descriptor directory(BeneathTree volume, RelativePath path) throws IOException {
    Optional<Descriptor> there = volume.open(path, DIRECTORY);
    if (there.isPresent()) {
      return there.get();
    }
    if (path.isTop()) {
      throw new IOException("the volume cannot be opened");
    }
    try (Descriptor parent = directory(volume, path.parent())) {
      make(parent, path.name().bytes());
    }
    return volume
        .open(path, DIRECTORY)
        .orElseThrow(
            () -> new IOException("a link or a file is in the way of the directory " + path));
  }

  /** It gets its name when it is what it should be: who is killed before would leave it root's. */
  private void make(Descriptor parent, byte[] name) throws IOException {
    long made = FileCalls.makeDirectory(beside.number(), FRESH, 0700);
    if (made < 0 && !Errno.EEXIST.is(made)) {
      throw failure("making a directory", made);
    }
    try (Descriptor fresh = opened(beside, FRESH)) {
      likeNeighbours(parent, fresh);
      inherit(parent, fresh);
    }
    long moved =
        FileCalls.rename(beside.number(), FRESH, parent.number(), name, FileCalls.RENAME_NOREPLACE);
    if (moved < 0 && !Errno.EEXIST.is(moved)) {
      throw failure("making a directory", moved);
    }
  }

  /** As the kernel would have done, had it been made there: what is made in it takes after it. */
  private static void inherit(Descriptor parent, Descriptor fresh) {
    Map<ByteBuffer, ByteBuffer> attributes = XattrCalls.map();
    long _ = XattrCalls.read(parent, attributes);
    ByteBuffer rights = attributes.get(DEFAULT_RIGHTS);
    if (rights != null) {
      long _ = XattrCalls.set(fresh, DEFAULT_RIGHTS.duplicate(), rights);
    }
  }

  /** So that people can use what is in it. */
  private static void likeNeighbours(Descriptor parent, Descriptor fresh) {
    if (FileCalls.status(parent.number()) instanceof StatusAnswer.Found(var owner)) {
      long _ = FileCalls.chown(fresh, owner.uid(), owner.gid());
      long _ = FileCalls.chmod(fresh, owner.permissions());
    }
  }

  /**
   * Makes a directory belong to whom one belongs that is at this path, or would be made there:
   * those that are made in it take after it.
   */
  static void like(BeneathTree volume, RelativePath path, Descriptor fresh) throws IOException {
    Optional<Descriptor> there = volume.open(path, DIRECTORY);
    if (there.isPresent()) {
      try (Descriptor place = there.get()) {
        likeNeighbours(place, fresh);
      }
    } else if (!path.isTop()) {
      like(volume, path.parent(), fresh);
    }
  }

  private static Descriptor opened(Descriptor directory, byte[] name) throws IOException {
    long opened = FileCalls.open(directory.number(), name, DIRECTORY, 0, FileCalls.BENEATH);
    if (opened < 0) {
      throw failure("opening a directory", opened);
    }
    return new Descriptor(opened);
  }

  /**
   * @param at what of the copy they are
   */
  private void contents(Descriptor from, Descriptor into, RelativePath at) throws IOException {
    for (byte[] name : names(from)) {
      if (cancelled.getAsBoolean()) {
        return;
      }
      if (!(FileCalls.status(from.number(), name) instanceof StatusAnswer.Found(FileStatus file))) {
        continue;
      }
      long moved =
          FileCalls.rename(from.number(), name, into.number(), name, FileCalls.RENAME_NOREPLACE);
      if (moved >= 0) {
        restored++;
      } else if (!Errno.EEXIST.is(moved)) {
        throw failure("moving a file into its place", moved);
      } else if (file.type() == FileType.DIRECTORY) {
        meet(from, into, name, file, at.resolve(RelativePath.of(name)));
      } else {
        replace(from, into, name, file, at);
      }
    }
  }

  /** A directory where there is something already. */
  private void meet(Descriptor from, Descriptor into, byte[] name, FileStatus file, RelativePath at)
      throws IOException {
    long there = FileCalls.open(into.number(), name, DIRECTORY, 0, FileCalls.BENEATH);
    if (there >= 0) {
      try (Descriptor target = new Descriptor(there);
          Descriptor source = opened(from, name)) {
        contents(source, target, at);
        if (rule == Overwrite.always
            && !cancelled.getAsBoolean()
            && wanted.stream().anyMatch(path -> path.contains(at))) {
          DirectoryAttributes.give(source, file, target);
        }
      }
      return;
    }
    // A link or a file: never gone through, and replaced only when that is wished.
    if (rule == Overwrite.always) {
      exchange(from, into, name);
    } else {
      kept++;
    }
  }

  private void replace(
      Descriptor from, Descriptor into, byte[] name, FileStatus file, RelativePath at)
      throws IOException {
    StatusAnswer found = FileCalls.status(into.number(), name);
    boolean directory =
        found instanceof StatusAnswer.Found(FileStatus dir) && dir.type() == FileType.DIRECTORY;
    boolean replaces =
        found instanceof StatusAnswer.Found(FileStatus there)
            && !directory
            && switch (rule) {
              case never -> false;
              case older -> there.modified() < file.modified();
              case always -> true;
            };
    if (directory && rule == Overwrite.always) {
      // With all that people have in it: that is theirs to move away.
      tell(at.resolve(RelativePath.of(name)));
    }
    if (replaces) {
      // Not exchanged: what was there would be beside, and who goes on would put it back.
      long moved = FileCalls.rename(from.number(), name, into.number(), name, 0);
      if (moved < 0) {
        throw failure("replacing a file", moved);
      }
      restored++;
    } else {
      kept++;
    }
  }

  private void tell(RelativePath directory) {
    if (inTheWay.size() < MOST_TOLD) {
      inTheWay.add(directory.display());
    } else {
      moreInTheWay++;
    }
  }

  /** What was there is beside now, and goes with the rest of that. */
  private void exchange(Descriptor from, Descriptor into, byte[] name) throws IOException {
    long moved =
        FileCalls.rename(from.number(), name, into.number(), name, FileCalls.RENAME_EXCHANGE);
    if (moved < 0) {
      throw failure("replacing a file", moved);
    }
    restored++;
  }

  private static List<byte[]> names(Descriptor directory) throws IOException {
    List<byte[]> names = new ArrayList<>();
    // Its own descriptor: the reader closes the one that it reads from.
    long again = FileCalls.open(directory.number(), new byte[] {'.'}, DIRECTORY, 0, 0);
    if (again < 0) {
      throw failure("opening a directory", again);
    }
    try (DirectoryEntries entries = new DirectoryEntries(new Descriptor(again))) {
      for (Optional<byte[]> name = entries.next(); name.isPresent(); name = entries.next()) {
        names.add(name.get());
      }
      if (entries.failure() < 0) {
        throw failure("reading a directory", entries.failure());
      }
    }
    return names;
  }

  private static IOException failure(String what, long answer) {
    return new IOException(what + ": " + Errno.of(answer).text());
  }
}
