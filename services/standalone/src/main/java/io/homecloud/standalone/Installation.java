package io.homecloud.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The directory in which one installation keeps everything, and who may look into which part. */
record Installation(Path data) {
  static Installation at(Path data) throws IOException {
    Installation installation = new Installation(data.toAbsolutePath().normalize());
    installation.prepare();
    return installation;
  }

  /** PostgreSQL and Kafka; on the disks of the pool when the installation has any. */
  Path system() {
    return data.resolve("system");
  }

  Path signInKey() {
    return data.resolve("secrets/sign-in.json");
  }

  Path signInPublicKey() {
    return data.resolve("secrets/sign-in-public.json");
  }

  /** A key is made once, by the first start, and a half-written one is never seen. */
  private void prepare() throws IOException {
    // PostgreSQL runs under its own account and passes through, without listing.
    directory(data, "rwx--x--x");
    directory(system(), "rwx--x--x");
    directory(data.resolve("run"), "rwx--x--x");
    directory(data.resolve("log"), "rwxr-x---");
    directory(data.resolve("secrets"), "rwx------");
    if (!Files.exists(signInKey())) {
      write(signInKey(), SignInKey.generate().privateSet());
    }
    if (!Files.exists(signInPublicKey())) {
      write(signInPublicKey(), SignInKey.parse(Files.readString(signInKey())).publicSet());
    }
  }

  private static void directory(Path directory, String mode) throws IOException {
    Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, permissions);
  }

  /** Replaces the file as a whole, readable for its owner alone. */
  static void write(Path file, String content) throws IOException {
    FileAttribute<Set<PosixFilePermission>> ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try (FileChannel channel =
        FileChannel.open(
            fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
      ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
