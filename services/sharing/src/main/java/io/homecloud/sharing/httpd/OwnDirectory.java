package io.homecloud.sharing.httpd;

import io.homecloud.host.WholeFile;
import io.homecloud.host.WholeFile.Durability;
import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
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

  /** What httpd opens before it says that something was done in a share: a file for each. */
  Path kept() {
    return root.resolve("kept");
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

  /** When httpd was not ended in order, and the directories that were searched since then. */
  Path killed() {
    return root.resolve("killed");
  }

  void prepare() throws IOException {
    Files.createDirectories(root);
    permit(root, "rwxr-xr-x");
    for (Path open : new Path[] {index(), versions(), kept(), pages()}) {
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

  /**
   * No lock outlives httpd: a client whose lock was for long may be gone for good, and a file of
   * locks that was being written when httpd was killed can be one that none are taken from.
   */
  void forgetLocks() throws IOException {
    try (Stream<Path> files = Files.list(locks())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  static void own(Path file) throws IOException {
    Files.setAttribute(file, "unix:uid", ServedShare.FILES_ID, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(file, "unix:gid", ServedShare.FILES_ID, LinkOption.NOFOLLOW_LINKS);
  }

  /** For root to write and httpd to read. */
  static WholeFile file(Path file) {
    return WholeFile.secret(file).readableBy(ServedShare.FILES_ID).with(Durability.WHOLE);
  }

  /** For root to write and httpd to read. Not touched when it is that already. */
  static void write(Path file, String content) throws IOException {
    write(file(file), content);
  }

  /** For everybody to read. */
  static void publish(Path file, String content) throws IOException {
    write(WholeFile.open(file).with(Durability.WHOLE), content);
  }

  private static void write(WholeFile file, String content) throws IOException {
    if (file.has(content)) {
      return;
    }
    Path path = file.path();
    Instant before = Files.exists(path) ? Files.getLastModifiedTime(path).toInstant() : Instant.MIN;
    file.propose(content);
    if (!Files.getLastModifiedTime(file.next()).toInstant().isAfter(before)) {
      // By that time httpd sees that it is another one.
      Files.setLastModifiedTime(file.next(), FileTime.from(before.plusMillis(1)));
    }
    file.accept();
  }

  private static void readable(Path file, String mode) throws IOException {
    Files.setAttribute(file, "unix:gid", ServedShare.FILES_ID);
    permit(file, mode);
  }

  private static void permit(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
