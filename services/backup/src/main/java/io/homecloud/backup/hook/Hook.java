package io.homecloud.backup.hook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.control.Name;
import io.homecloud.control.schedule.Jitter;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is done: exactly one of a dump of a database and a command.
 *
 * @param postgresql a dump of a PostgreSQL database
 * @param mariadb a dump of a MariaDB database
 * @param sqlite a copy of an SQLite database
 * @param command a program that root has put into {@code <data>/hooks}, by its name, and its
 *     arguments
 * @param file how the dump is called in the backup; what a command writes is in the backup only if
 *     this is told
 * @param timeLimit {@code 30m} when absent
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "PlanHook")
public record Hook(
    @Nullable PostgresqlDump postgresql,
    @Nullable MariadbDump mariadb,
    @Nullable SqliteDump sqlite,
    @Nullable List<String> command,
    @Nullable String file,
    @Nullable String timeLimit) {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:-]{1,253}|(/[A-Za-z0-9_.-]+)+");
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final int MOST_ARGUMENTS = 50;
  private static final int LONGEST_ARGUMENT = 1000;

  /**
   * A dump by {@code pg_dump}, for {@code pg_restore}.
   *
   * @param database its name
   * @param host a machine, or the directory of a socket; the socket of the system when absent
   * @param port 5432 when absent
   * @param user {@code postgres} when absent; by a socket it is asked as the system's user of that
   *     name, so that no password is needed
   * @param secretRef a secret that has the user's {@code password}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "PostgresqlDump")
  public record PostgresqlDump(
      String database,
      @Nullable String host,
      @Nullable Integer port,
      @Nullable String user,
      @Nullable Name secretRef) {}

  /**
   * A dump by {@code mariadb-dump}: SQL.
   *
   * @param database its name
   * @param host a machine, asked over the network; by a socket when absent
   * @param port of the host; 3306 when absent
   * @param socket the system's when absent
   * @param user {@code root} when absent; by a socket it is asked as the system's user of that name
   * @param secretRef a secret that has the user's {@code password}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "MariadbDump")
  public record MariadbDump(
      String database,
      @Nullable String host,
      @Nullable Integer port,
      @Nullable String socket,
      @Nullable String user,
      @Nullable Name secretRef) {}

  /**
   * A copy of a database by SQLite itself, while others write to it.
   *
   * @param volume the one that it is in
   * @param path in the volume, percent-encoded where need be
   */
  @Schema(name = "SqliteDump")
  public record SqliteDump(Name volume, String path) {}

  void check() {
    long told = Stream.of(postgresql, mariadb, sqlite, command).filter(Objects::nonNull).count();
    if (told != 1) {
      throw Hooks.refused("Each hook has one of postgresql, mariadb, sqlite and command.");
    }
    if (postgresql != null) {
      requirePlain(postgresql.database());
      requirePlain(postgresql.user());
      requireHost(postgresql.host());
      if (postgresql.database() == null || !isPort(postgresql.port())) {
        throw Hooks.refused("A dump of PostgreSQL has a database, and a port from 1 to 65535.");
      }
    }
    if (mariadb != null) {
      if (mariadb.database() == null || !isPort(mariadb.port())) {
        throw Hooks.refused("A dump of MariaDB has a database, and a port from 1 to 65535.");
      }
      if (mariadb.socket() != null && mariadb.host() != null) {
        throw Hooks.refused("MariaDB is asked by a socket or at a host, not both.");
      }
      if (mariadb.port() != null && mariadb.host() == null) {
        throw Hooks.refused("A port of MariaDB needs a host: by its socket it has none.");
      }
      requirePlain(mariadb.database());
      requirePlain(mariadb.user());
      requireHost(mariadb.host());
      requireHost(mariadb.socket());
    }
    if (sqlite != null) {
      if (sqlite.volume() == null
          || sqlite.path() == null
          || EncodedPath.parse(sqlite.path()).isTop()) {
        throw Hooks.refused("A copy of an SQLite database has a volume, and a path in it.");
      }
    }
    if (command != null) {
      checkCommand(command);
    }
    requirePlain(file);
    var _ = limit();
  }

  private static boolean isPort(@Nullable Integer port) {
    return port == null || (port >= 1 && port <= 65_535);
  }

  private static void checkCommand(List<String> command) {
    if (command.isEmpty()
        || command.size() > MOST_ARGUMENTS
        || command.stream()
            .anyMatch(
                word -> word == null || word.length() > LONGEST_ARGUMENT || word.contains("\0"))
        || !PLAIN.matcher(command.getFirst()).matches()) {
      throw Hooks.refused(
          "A command is the name of a program in the directory hooks of homecloud's data, and up to 49 arguments.");
    }
  }

  private static void requirePlain(@Nullable String text) {
    if (text != null && !PLAIN.matcher(text).matches()) {
      throw Hooks.refused(
          "Names of databases, users and files are up to 63 letters, digits, dots, hyphens and underscores.");
    }
  }

  private static void requireHost(@Nullable String text) {
    if (text != null && !HOST.matcher(text).matches()) {
      throw Hooks.refused("A host is the name of a machine, or the path of a socket.");
    }
  }

  /** How long it may take. */
  Duration limit() {
    try {
      Duration limit = timeLimit == null ? LIMIT : Jitter.of(timeLimit);
      if (limit.isPositive() && limit.compareTo(LONGEST) <= 0) {
        return limit;
      }
    } catch (IllegalArgumentException e) {
      // the same sentence as for those that are too long
    }
    throw Hooks.refused("A timeLimit is a number with s, m or h, up to 24h, for example 30m.");
  }

  /** The secret that has the password which it needs. */
  Optional<Name> secret() {
    return Optional.ofNullable(
        postgresql != null ? postgresql.secretRef() : mariadb == null ? null : mariadb.secretRef());
  }

  /** How the file is called that it puts into the backup. */
  Optional<String> fileName() {
    if (file != null) {
      return Optional.of(file);
    }
    if (postgresql != null) {
      return Optional.of(postgresql.database() + ".pgdump");
    }
    if (mariadb != null) {
      return Optional.of(mariadb.database() + ".sql");
    }
    return sqlite == null
        ? Optional.empty()
        : Optional.of(
            EncodedPath.parse(sqlite.path()).name().display().replaceAll("[^A-Za-z0-9_.-]", "_"));
  }

  /** For people. */
  String title() {
    if (postgresql != null) {
      return "the dump of PostgreSQL's " + postgresql.database();
    }
    if (mariadb != null) {
      return "the dump of MariaDB's " + mariadb.database();
    }
    if (sqlite != null) {
      return "the copy of SQLite's " + sqlite.volume() + "/" + sqlite.path();
    }
    return "the hook " + (command == null ? "" : command.getFirst());
  }
}
