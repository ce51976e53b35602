package io.homecloud.embedded.postgres;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.StreamHost;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.tukaani.xz.XZInputStream;

/** The server's programs: an archive on the class path, unpacked once into a cache. */
final class PostgresBinaries {
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private final StreamHost host;
  private final Path cache;

  PostgresBinaries(StreamHost host, Path cache) {
    this.host = host;
    this.cache = cache;
  }

  /** The directory that holds {@code bin/postgres}, complete whenever it exists. */
  Path unpacked() throws IOException {
    Files.createDirectories(cache);
    Path home = cache.resolve("postgres-" + digest().substring(0, 16));
    if (!Files.isDirectory(home)) {
      unpackOnce(home);
    }
    return home;
  }

  /** One at a time, in this process and among all that share the cache. */
  private void unpackOnce(Path home) throws IOException {
    synchronized (PostgresBinaries.class) {
      try (FileChannel channel =
              FileChannel.open(
                  cache.resolve("unpack.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        if (!Files.isDirectory(home)) {
          unpack(home);
        }
      }
    }
  }

  private void unpack(Path home) throws IOException {
    Path unfinished = cache.resolve("unfinished-postgres");
    run("rm", "-rf", "--", unfinished.toString());
    Files.createDirectory(unfinished);
    run("chmod", "755", unfinished.toString());
    HostCommand tar =
        new HostCommand(
            DEADLINE,
            "tar",
            "--extract",
            "--no-same-owner",
            "--exclude=*.a",
            "--directory=" + unfinished);
    check(host.write(tar, PostgresBinaries::decompress));
    // Or a power cut after the rename leaves programs with holes.
    run("sync", "--file-system", unfinished.toString());
    WholeFile.move(unfinished, home);
  }

  private void run(String... argv) throws IOException {
    check(host.run(new HostCommand(DEADLINE, argv)));
  }

  private static void decompress(OutputStream tar) throws IOException {
    try (InputStream in = new XZInputStream(archive())) {
      in.transferTo(tar);
    }
  }

  private static String digest() throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(archive(), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static InputStream archive() throws IOException {
    String machine = System.getProperty("os.arch", "");
    String name =
        switch (machine) {
          case "amd64" -> "/postgres-linux-x86_64.txz";
          case "aarch64" -> "/postgres-linux-arm_64.txz";
          default -> throw new IOException("no PostgreSQL for " + machine);
        };
    InputStream in = PostgresBinaries.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("not on the class path: " + name);
    }
    return in;
  }

  private static void check(HostResult result) throws IOException {
    if (!(result instanceof HostResult.Exited(int code, _, _) && code == 0)) {
      throw new IOException("PostgreSQL was not unpacked: " + result);
    }
  }

  static List<String> program(Path home, String name) {
    return List.of(home.resolve("bin").resolve(name).toString());
  }
}
