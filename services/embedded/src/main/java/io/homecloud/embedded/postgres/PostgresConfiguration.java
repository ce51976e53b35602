package io.homecloud.embedded.postgres;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

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

  /** For a board with little memory that should rest; every acknowledged write is on the disk. */
  private static final String SETTINGS =
      """
      fsync = on
      synchronous_commit = on
      full_page_writes = on
      listen_addresses = '127.0.0.1'
      password_encryption = 'scram-sha-256'
      max_connections = 80
      shared_buffers = 24MB
      work_mem = 2MB
      maintenance_work_mem = 16MB
      effective_cache_size = 128MB
      temp_buffers = 1MB
      wal_buffers = 512kB
      wal_level = minimal
      max_wal_senders = 0
      min_wal_size = 32MB
      max_wal_size = 128MB
      checkpoint_timeout = 15min
      huge_pages = off
      jit = off
      max_worker_processes = 1
      max_parallel_workers = 0
      max_logical_replication_workers = 0
      autovacuum_max_workers = 1
      autovacuum_naptime = 5min
      wal_writer_delay = 10s
      bgwriter_delay = 10s
      timezone = 'UTC'
      log_timezone = 'UTC'
      log_line_prefix = '%m '
      lc_messages = 'C'
      """;

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
        SETTINGS
            + line("port", Integer.toString(settings.port()))
            + line("hba_file", access.toString())
            + line("unix_socket_directories", shortEnough ? socket.toString() : ""));
    return file;
  }

  private static String line(String key, String value) {
    return key + " = '" + value.replace("\\", "\\\\").replace("'", "''") + "'\n";
  }

  private static void replace(Path file, String content) throws IOException {
    WholeFile.open(file).with(WholeFile.Durability.NONE).write(content);
  }
}
