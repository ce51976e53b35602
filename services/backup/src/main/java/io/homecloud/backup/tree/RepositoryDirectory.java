package io.homecloud.backup.tree;

import io.homecloud.host.WholeFile;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Finds repositories on disks, and makes them. */
public final class RepositoryDirectory {
  private static final int SOMEBODY = 20_001;

  /** In nanoseconds since 1970. */
  private static final long SOME_TIME = 1_234_567_890_123_456_789L;

  private static final Set<String> BEFORE =
      Set.of(
          "lost+found",
          ".lock",
          "README.txt",
          "README.txt.next",
          ".homecloud-probe",
          ".homecloud-probe-link",
          RepositoryMark.FILE + ".next");

  /** How to read it without homecloud. */
  public static final String README =
      """
      This is a repository of homecloud. It can be read without homecloud, with any program:

        <plan>/latest/<volume>/            the newest copy
        <plan>/runs/<time>/<volume>/       the copy of that time (UTC), complete
        <plan>/runs/<time>.incomplete/     one that is being made, or was given up

      Each copy has everything. To bring something back, as root:

        rsync -aHAXS --numeric-ids <plan>/latest/<volume>/ /where/it/belongs/

      Copies share what did not change: read them, do not write to them.
      """;

  private final TreeSharing.Choice choice;
  private final MarkFiles marks;
  private final Supplier<Instant> latest;

  /**
   * @param latest nothing has been later than this: what a copy says that is called by a later time
   *     was made while the clock was ahead
   */
  public RepositoryDirectory(TreeSharing.Choice choice, MarkFiles marks, Supplier<Instant> latest) {
    this.choice = choice;
    this.marks = marks;
    this.latest = latest;
  }

  /** Of what this release writes. */
  public static int newestFormat() {
    return RepositoryMark.FORMAT;
  }

  /** What was found at a place. */
  public sealed interface Opened {
    record Here(Trees trees) implements Opened {}

    /** There is nothing, and nothing in the way. */
    record Empty() implements Opened {}

    /** It cannot be used now, with a sentence. */
    record Not(String reason, String sentence) implements Opened {}
  }

  /** Looks, and changes nothing. The disk may come and go. */
  public Opened open(Path root) {
    return open(root, () -> DiskSequence.mounted(root));
  }

  /**
   * As above.
   *
   * @param session of the disk, another one each time that it comes
   */
  public Opened open(Path root, String session) {
    return open(root, () -> session);
  }

  private Opened open(Path root, Supplier<String> session) {
    try {
      if (!Files.isDirectory(root)) {
        return Files.exists(root, LinkOption.NOFOLLOW_LINKS)
            ? new Opened.Not("NotADirectory", root + " is not a directory.")
            : new Opened.Empty();
      }
      Optional<RepositoryMark> mark =
          marks.read(root.resolve(RepositoryMark.FILE), RepositoryMark.class);
      if (mark.isPresent() && mark.get().format() > RepositoryMark.FORMAT) {
        return new Opened.Not("FormatUnknown", "A newer homecloud has written it.");
      }
      if (mark.isPresent()) {
        return new Opened.Here(
            new Trees(root, mark.get(), choice.of(root), marks, session, latest));
      }
      return isFree(root)
          ? new Opened.Empty()
          : new Opened.Not(
              "NotEmpty", root + " has other files; give an empty directory or a new one.");
    } catch (IOException e) {
      return new Opened.Not("Unreadable", root + " cannot be read: " + words(e));
    }
  }

  /** What a new file system has, and what is there when a first attempt was killed. */
  private static boolean isFree(Path root) throws IOException {
    try (Stream<Path> inside = Files.list(root)) {
      return inside.allMatch(path -> BEFORE.contains(path.getFileName().toString()));
    }
  }

  /** Makes a repository where there is none; the directory above it has to be there. */
  public Opened initialise(Path root, UUID uid, UUID installation, Instant now) {
    try {
      Path parent = root.getParent();
      if (parent == null || !Files.isDirectory(parent)) {
        return new Opened.Not(
            "DirectoryMissing", parent + " is not there; is its disk plugged in and mounted?");
      }
      if (!Files.exists(root)) {
        Files.createDirectory(
            root,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Optional<String> unsuited = unsuited(root);
      if (unsuited.isPresent()) {
        return new Opened.Not("FileSystemUnsuited", unsuited.get());
      }
      // Whoever had the disk before may have put links there: none is ever followed.
      Trees.removeLink(root.resolve(".lock"));
      Files.createDirectories(root.resolve(".lock"));
      WholeFile.open(root.resolve("README.txt")).replace(README.getBytes(StandardCharsets.UTF_8));
      marks.write(
          root.resolve(RepositoryMark.FILE),
          new RepositoryMark(RepositoryMark.FORMAT, uid, installation, now));
      return open(root);
    } catch (IOException e) {
      return new Opened.Not("NotWritable", root + " cannot be written to: " + words(e));
    }
  }

  /** Tries what a copy needs, for not every file system on a USB disk has it. */
  private static Optional<String> unsuited(Path root) throws IOException {
    Path probe = root.resolve(".homecloud-probe");
    Path link = root.resolve(".homecloud-probe-link");
    String type = Files.getFileStore(root).type();
    for (Path path : List.of(probe, link)) {
      Files.deleteIfExists(path);
    }
    Files.createFile(probe);
    try {
      Files.setAttribute(probe, "unix:uid", SOMEBODY);
      if (!Files.getAttribute(probe, "unix:uid").equals(SOMEBODY)) {
        throw new IOException("owners are not kept");
      }
      Files.createLink(link, probe);
      Files.getFileAttributeView(probe, UserDefinedFileAttributeView.class)
          .write("homecloud", ByteBuffer.wrap("x".getBytes(StandardCharsets.US_ASCII)));
      return keepsTimes(root, probe)
          ? Optional.empty()
          : Optional.of(
              "The file system "
                  + type
                  + " keeps whole seconds only, so that every file would be copied in every run; format the disk with larger inodes (mkfs.ext4 -I 256).");
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.of(
          "The file system "
              + type
              + " keeps no owners, links or attributes of files; format the disk with btrfs or ext4.");
    } finally {
      Files.deleteIfExists(link);
      Files.deleteIfExists(probe);
    }
  }

  private static boolean keepsTimes(Path root, Path probe) throws IOException {
    try (BeneathTree tree = BeneathTree.of(root);
        Descriptor file =
            tree.open(RelativePath.of(probe.getFileName().toString()), FileCalls.O_RDONLY)
                .orElseThrow(() -> new IOException("what was just made is gone"))) {
      return FileCalls.setTimes(file, SOME_TIME, SOME_TIME) == 0
          && FileCalls.status(file.number()) instanceof StatusAnswer.Found(FileStatus status)
          && status.modified() == SOME_TIME;
    }
  }

  /** What the kernel said, without the name of an exception. */
  public static String words(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "access is denied.";
    }
    String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return (reason == null ? "it is not there" : reason) + ".";
  }
}
