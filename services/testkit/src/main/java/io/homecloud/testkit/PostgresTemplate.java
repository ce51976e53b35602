package io.homecloud.testkit;

import io.homecloud.embedded.postgres.EmbeddedPostgres;
import io.homecloud.embedded.postgres.PostgresSettings;
import io.homecloud.host.StreamHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32;

/** An empty database, made once on a machine and copied for each run: the making takes seconds. */
final class PostgresTemplate {
  private static final List<String> MADE_OF =
      List.of(
          "/postgres-linux-x86_64.txz",
          "/postgres-linux-arm_64.txz",
          "/io/homecloud/embedded/postgres/PostgresCluster.class",
          "/io/homecloud/embedded/postgres/PostgresConfiguration.class");

  private final StreamHost host;
  private final Tools tools;
  private final Path cache;

  PostgresTemplate(StreamHost host) throws IOException {
    this.host = host;
    tools = new Tools(host);
    cache = TestDirectory.root().toAbsolutePath().resolve("cache");
    Files.createDirectories(cache);
  }

  PostgresSettings settings(Path directory, int port) throws IOException {
    return new PostgresSettings(
        directory.resolve("database"), cache, directory.resolve("password"), port, systemUser());
  }

  void copyTo(Path directory) throws IOException {
    Path template = made();
    tools.must("cp", "--archive", template + "/.", directory.toString());
  }

  private Path made() throws IOException {
    Path template = cache.resolve("template-" + systemUser() + "-" + fingerprint());
    try (FileChannel channel =
            FileChannel.open(
                cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      if (!Files.isDirectory(template)) {
        Path unfinished = cache.resolve("unfinished");
        remove(unfinished);
        Files.createDirectory(unfinished);
        try (EmbeddedPostgres server =
            new EmbeddedPostgres(host, settings(unfinished, FreePort.find()))) {
          server.start();
        }
        Files.move(unfinished, template);
      }
    }
    return template;
  }

  /** Ends the server that a killed test left running there, and deletes its directory. */
  void remove(Path directory) {
    try {
      EmbeddedPostgres.serving(directory.resolve("database"))
          .ifPresent(pid -> tools.must("kill", "-QUIT", Long.toString(pid)));
      tools.must("rm", "-rf", "--one-file-system", "--", directory.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String systemUser() throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return System.getProperty("user.name", "");
    }
    boolean present =
        Files.readAllLines(Path.of("/etc/passwd")).stream()
            .anyMatch(l -> l.startsWith("homecloud:"));
    return present ? "homecloud" : "nobody";
  }

  private static String fingerprint() throws IOException {
    CRC32 sum = new CRC32();
    for (String name : MADE_OF) {
      URL url = PostgresTemplate.class.getResource(name);
      if (url == null) {
        throw new IOException("not on the class path: " + name);
      }
      sum.update(
          (name + url.openConnection().getContentLengthLong()).getBytes(StandardCharsets.UTF_8));
      if (name.endsWith(".class")) {
        try (InputStream in = url.openStream()) {
          sum.update(in.readAllBytes());
        }
      }
    }
    return Long.toHexString(sum.getValue());
  }
}
