package io.homecloud.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A file that is replaced as a whole: who reads it meets what it was or what it is, whatever is
 * killed meanwhile, and nobody who may not read it meets a part of it either. For one writer at a
 * time.
 *
 * @param rights that it has from the instant it has its name
 * @param group its gid; empty for the writer's own
 */
public record WholeFile(
    Path path, Set<PosixFilePermission> rights, OptionalInt group, Durability durability) {
  private static final Set<PosixFilePermission> SECRET =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rw-r--r--");

  /** What is there after a power cut. */
  public enum Durability {
    /** Anything; for what is worth nothing then. */
    NONE,
    /** What it was or what it is. */
    WHOLE,
    /** What it is, once it was written. */
    KEPT
  }

  public WholeFile {
    rights = Set.copyOf(rights);
  }

  /** For its owner alone; kept. */
  public static WholeFile secret(Path path) {
    return new WholeFile(path, SECRET, OptionalInt.empty(), Durability.KEPT);
  }

  /** For everybody to read; kept. */
  public static WholeFile open(Path path) {
    return new WholeFile(path, OPEN, OptionalInt.empty(), Durability.KEPT);
  }

  public WholeFile with(Durability other) {
    return new WholeFile(path, rights, group, other);
  }

  /** The members of that group may read it too. */
  public WholeFile readableBy(int gid) {
    Set<PosixFilePermission> more = PosixFilePermissions.fromString("rw-r-----");
    more.addAll(rights);
    return new WholeFile(path, more, OptionalInt.of(gid), durability);
  }

  /** Empty when there is none. What is no UTF-8, since it is damaged, is U+FFFD in it. */
  public String content() throws IOException {
    try {
      return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  public boolean has(String content) throws IOException {
    try {
      return Arrays.equals(Files.readAllBytes(path), bytes(content));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Not touched when it is that already; false then. */
  public boolean write(String content) throws IOException {
    if (has(content)) {
      return false;
    }
    replace(bytes(content));
    return true;
  }

  /**
   * What it has, or what it has from now on when there is none. Of several processes that begin at
   * once one wins, and all get the same.
   */
  public String first(Supplier<String> content) throws IOException {
    return new String(firstBytes(() -> bytes(content.get())), StandardCharsets.UTF_8);
  }

  /** As {@link #first}. */
  public byte[] firstBytes(Supplier<byte[]> content) throws IOException {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      // Not a number of a process: in containers they are all the same.
      String mine = path.getFileName() + "." + UUID.randomUUID() + ".first";
      WholeFile begun = new WholeFile(path.resolveSibling(mine), rights, group, durability);
      begun.replace(content.get());
      try {
        link(begun.path);
      } finally {
        Files.delete(begun.path);
      }
      return Files.readAllBytes(path);
    }
  }

  /** Only then may the other name go, or after a power cut there is none. */
  private void link(Path begun) throws IOException {
    try {
      Files.createLink(path, begun);
    } catch (FileAlreadyExistsException _) {
      // Somebody was sooner, and may not have come to bring it to the disk.
    }
    if (durability == Durability.KEPT) {
      force(directory(path));
    }
  }

  /** Touched in any case. */
  public void replace(byte[] content) throws IOException {
    propose(content);
    accept();
  }

  /** Where the next content waits until it is found good. */
  public Path next() {
    return path.resolveSibling(path.getFileName() + ".next");
  }

  public void propose(String content) throws IOException {
    propose(bytes(content));
  }

  private void propose(byte[] content) throws IOException {
    refuse();
    try (FileChannel channel =
        FileChannel.open(
            next(),
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(SECRET))) {
      if (group.isPresent()) {
        Files.setAttribute(next(), "unix:gid", group.getAsInt());
      }
      Files.setPosixFilePermissions(next(), rights);
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (durability != Durability.NONE) {
        channel.force(true);
      }
    }
  }

  public void accept() throws IOException {
    if (durability == Durability.KEPT) {
      move(next(), path);
    } else {
      Files.move(next(), path, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  public void refuse() throws IOException {
    Files.deleteIfExists(next());
  }

  /**
   * Gives something that is finished, and on the disk, its name, which it has after a power cut
   * too.
   */
  public static void move(Path finished, Path name) throws IOException {
    Files.move(finished, name, StandardCopyOption.ATOMIC_MOVE);
    force(directory(name));
  }

  private static Path directory(Path name) {
    return Objects.requireNonNull(name.toAbsolutePath().getParent());
  }

  /** Brings what a file has, or the names in a directory, to the disk. */
  public static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static byte[] bytes(String content) {
    return content.getBytes(StandardCharsets.UTF_8);
  }
}
