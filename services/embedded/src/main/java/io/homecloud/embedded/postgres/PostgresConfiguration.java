package io.homecloud.embedded.postgres;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/** The server's files of settings, written anew at each start; nobody edits them. */
final class PostgresConfiguration {
  /** Of sockaddr_un, less the name of the socket and its lock. */
  private static final int LONGEST_SOCKET_DIRECTORY = 80;

  private static final String ACCESS =
      """
      # Nobody but on this machine, and nobody without the password. The superuser has none.
      local all homecloud scram-sha-256
      host all homecloud 127.0.0.1/32 scram-sha-256
      """;

  /** Also those of the image for Kubernetes. */
  private static final String SETTINGS = "server.conf";

  private PostgresConfiguration() {}

  /** Returns the file to name at the server's start. */
  static Path write(PostgresSettings settings, Path socket) throws IOException {
    Path access = settings.directory().resolve("access.conf");
    replace(access, ACCESS);
    boolean shortEnough =
        socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET_DIRECTORY;
    Path file = settings.directory().resolve("server.conf");
    replace(
        file,
        settings()
            + line("listen_addresses", "127.0.0.1")
            + line("port", Integer.toString(settings.port()))
            + line("hba_file", access.toString())
            + line("unix_socket_directories", shortEnough ? socket.toString() : ""));
    return file;
  }

  private static String settings() throws IOException {
    try (InputStream text = PostgresConfiguration.class.getResourceAsStream(SETTINGS)) {
      return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String line(String key, String value) {
    return key + " = '" + value.replace("\\", "\\\\").replace("'", "''") + "'\n";
  }

  private static void replace(Path file, String content) throws IOException {
    WholeFile.open(file).with(WholeFile.Durability.NONE).write(content);
  }
}
