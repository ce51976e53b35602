package io.homecloud.sharing.httpd;

import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The adapter's own directory. httpd runs as {@link ServedShare#FILES_ID} from its first
 * instruction and owns only what it must write; the rest is root's, and what is nobody else's
 * business it reads by its group.
 */
record OwnDirectory(Path root) {
  private static final String CERTIFICATE = "certificate-";

  Path config() {
    return root.resolve("httpd.conf");
  }

  /** Process id and the like; nothing that is worth keeping. */
  Path run() {
    return root.resolve("run");
  }

  /** Locks of WebDAV clients. */
  Path locks() {
    return root.resolve("locks");
  }

  /** Who may do what, read at each request. */
  Path access() {
    return root.resolve("access");
  }

  /** What is at {@code /dav/} for each account. */
  Path index() {
    return root.resolve("index");
  }

  /** Where snapshots are found, and at which times there are any. */
  Path versions() {
    return root.resolve("versions");
  }

  Path pages() {
    return root.resolve("public");
  }

  /**
   * Certificate and key in one file, so that they always belong together; another file for each, so
   * that one that httpd refuses does not take the place of the one that serves.
   */
  Path certificate(String hash) {
    return root.resolve(CERTIFICATE + hash + ".pem");
  }

  /** Takes away all but that one. */
  void keepCertificate(Path kept) throws IOException {
    try (Stream<Path> files = Files.list(root)) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith(CERTIFICATE) && !file.equals(kept)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  Path authority() {
    return pages().resolve("homecloud-ca.crt");
  }

  Path log() {
    return root.resolve("log.pipe");
  }

  /** There while httpd runs; when it is there before, httpd was not ended in order. */
  Path running() {
    return root.resolve("running");
  }

  void prepare() throws IOException {
    Files.createDirectories(root);
    permit(root, "rwxr-xr-x");
    for (Path open : new Path[] {index(), versions(), pages()}) {
      Files.createDirectories(open);
      permit(open, "rwxr-xr-x");
    }
    Files.createDirectories(access());
    readable(access(), "rwxr-x---");
    for (Path own : new Path[] {run(), locks()}) {
      Files.createDirectories(own);
      permit(own, "rwx------");
      own(own);
    }
  }

  static void own(Path file) throws IOException {
    Files.setAttribute(file, "unix:uid", ServedShare.FILES_ID, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(file, "unix:gid", ServedShare.FILES_ID, LinkOption.NOFOLLOW_LINKS);
  }

  /** Empty when there is none. */
  static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /**
   * For root to write and httpd to read; whole or as it was. Not touched when it is that already.
   */
  static void write(Path file, String content) throws IOException {
    if (Files.exists(file) && read(file).equals(content)) {
      return;
    }
    Instant before = Files.exists(file) ? Files.getLastModifiedTime(file).toInstant() : Instant.MIN;
    propose(file, content);
    if (!Files.getLastModifiedTime(next(file)).toInstant().isAfter(before)) {
      // By that time httpd sees that it is another one.
      Files.setLastModifiedTime(next(file), FileTime.from(before.plusMillis(1)));
    }
    accept(file);
  }

  /** Where the next content waits until it is found good. */
  static Path next(Path file) {
    return file.resolveSibling(file.getFileName() + ".next");
  }

  static void propose(Path file, String content) throws IOException {
    Path fresh = next(file);
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      readable(fresh, "rw-r-----");
      ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  static void accept(Path file) throws IOException {
    Files.move(next(file), file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** For everybody to read. */
  static void publish(Path file, String content) throws IOException {
    write(file, content);
    permit(file, "rw-r--r--");
  }

  private static void readable(Path file, String mode) throws IOException {
    Files.setAttribute(file, "unix:gid", ServedShare.FILES_ID);
    permit(file, mode);
  }

  private static void permit(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
