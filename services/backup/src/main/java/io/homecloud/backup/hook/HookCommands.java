package io.homecloud.backup.hook;

import io.homecloud.backup.hook.Hook.MariadbDump;
import io.homecloud.backup.hook.Hook.PostgresqlDump;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The programs that make dumps. */
final class HookCommands {
  private HookCommands() {}

  /** Writes the dump to its output. */
  static List<String> of(PostgresqlDump dump) {
    String user = Optional.ofNullable(dump.user()).orElse("postgres");
    Optional<String> host = Optional.ofNullable(dump.host());
    List<String> argv = new ArrayList<>();
    if (host.filter(name -> !name.startsWith("/")).isEmpty()) {
      // By its socket the server believes who the system says that it is.
      argv.addAll(List.of("runuser", "-u", user, "--"));
    }
    argv.addAll(List.of("pg_dump", "--format=custom", "--no-password", "--username=" + user));
    host.ifPresent(name -> argv.add("--host=" + name));
    Optional.ofNullable(dump.port()).ifPresent(port -> argv.add("--port=" + port));
    argv.add("--dbname=" + dump.database());
    return argv;
  }

  /** Writes the dump to its output. */
  static List<String> of(MariadbDump dump) {
    String user = Optional.ofNullable(dump.user()).orElse("root");
    List<String> argv = new ArrayList<>();
    if (dump.host() == null) {
      argv.addAll(List.of("runuser", "-u", user, "--"));
    }
    argv.addAll(
        List.of(
            "mariadb-dump",
            "--single-transaction",
            "--quick",
            "--routines",
            "--events",
            "--triggers",
            "--user=" + user));
    Optional.ofNullable(dump.socket()).ifPresent(socket -> argv.add("--socket=" + socket));
    Optional.ofNullable(dump.host())
        .ifPresent(host -> argv.addAll(List.of("--protocol=tcp", "--host=" + host)));
    Optional.ofNullable(dump.port()).ifPresent(port -> argv.add("--port=" + port));
    argv.add("--databases");
    argv.add(dump.database());
    return argv;
  }

  /**
   * Copies a database while others write to it.
   *
   * @param into a file that is not there yet, in a directory of our own
   */
  static List<String> sqlite(Path database, Path into) {
    return List.of(
        "sqlite3",
        "-readonly",
        "-bail",
        database.toString(),
        ".timeout 60000",
        ".backup \"" + into + "\"");
  }
}
