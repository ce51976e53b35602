package io.homecloud.backup.hook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.Shell;
import io.homecloud.backup.hook.Hook.MariadbDump;
import io.homecloud.backup.hook.Hook.PostgresqlDump;
import io.homecloud.backup.hook.Hook.SqliteDump;
import io.homecloud.backup.hook.HookRunner.Occasion;
import io.homecloud.backup.hook.Hooks.Moment;
import io.homecloud.backup.secret.Secret;
import io.homecloud.backup.secret.SecretKey;
import io.homecloud.backup.secret.SecretStore;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.control.Name;
import io.homecloud.host.LocalHost;
import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real databases are dumped, and programs do what they should not. */
class HooksIT {
  private static final long LARGEST = 50_000_000;

  @TempDir Path directory;
  private Path programs;
  private SecretStore secrets;
  private HookRunner runner;
  private final Occasion occasion =
      new Occasion(UUID.randomUUID(), new Name("nightly-1"), new Name("nightly"), "Running");

  @BeforeEach
  void makeRoom() throws IOException {
    // So that the databases' own users find their files.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    programs =
        Files.createDirectory(
            directory.resolve("hooks"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    secrets = new SecretStore(directory.resolve("secrets"), new ObjectMapper());
    runner =
        new HookRunner(
            new LocalHost(),
            secrets,
            new MarkFiles(new ObjectMapper()),
            programs,
            directory.resolve("dumps"),
            LARGEST);
  }

  private Path program(String name, String script) throws IOException {
    Path program = programs.resolve(name);
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Hook command(String name, @Nullable String file, @Nullable String limit) {
    return new Hook(null, null, null, List.of(name, "one two"), file, limit);
  }

  private Optional<String> before(Hook... hooks) {
    return before(occasion, hooks);
  }

  private Optional<String> before(Occasion run, Hook... hooks) {
    Hooks all = new Hooks(List.of(hooks), null, null);
    all.check();
    return runner.run(run, all, Moment.before, _ -> Optional.of(directory));
  }

  private Occasion other() {
    return new Occasion(UUID.randomUUID(), occasion.run(), occasion.plan(), occasion.state());
  }

  private Path file(String name) {
    return runner.files(occasion.uid()).resolve(name);
  }

  @Test
  void aProgramIsToldForWhomItRunsAndWhatItWritesIsKept() throws IOException {
    // Given
    Path _ = program("list", "echo \"$1 $HOMECLOUD_PLAN $HOMECLOUD_RUN $HOMECLOUD_MOMENT\"");
    Path _ = program("count", "echo x >> " + directory.resolve("counted"));

    // When: the second time is after a crash
    for (int i = 0; i < 2; i++) {
      assertThat(before(command("list", "list.txt", null), command("count", null, null))).isEmpty();
    }

    // Then
    assertThat(file("list.txt")).hasContent("one two nightly nightly-1 before");
    assertThat(directory.resolve("counted")).hasContent("x");
    assertThat(runner.known()).containsExactly(occasion.uid());
    runner.forget(occasion.uid());
    assertThat(runner.known()).isEmpty();
  }

  @Test
  void whatWasStoppedIsStoppedAgainWhenTheMachineWasStartedAnew() throws IOException {
    // Given
    Path _ = program("count", "echo $HOMECLOUD_MOMENT >> " + directory.resolve("counted"));
    Hooks all =
        new Hooks(
            List.of(command("count", null, null)), null, List.of(command("count", null, null)));
    for (Moment moment : List.of(Moment.before, Moment.after)) {
      assertThat(runner.run(occasion, all, moment, _ -> Optional.empty())).isEmpty();
    }

    // When
    for (String done : List.of("before-0", "after-0")) {
      Path mark = runner.files(occasion.uid()).resolveSibling(done);
      assertThat(mark).exists();
      Files.writeString(mark, "5b1f0c0e-0000-4000-8000-000000000000");
    }
    for (Moment moment : List.of(Moment.before, Moment.after)) {
      assertThat(runner.run(occasion, all, moment, _ -> Optional.empty())).isEmpty();
    }

    // Then
    assertThat(directory.resolve("counted")).hasContent("before\nafter\nbefore");
  }

  @Test
  void whatHangsIsEndedWithAllThatItStarted() throws IOException {
    // Given
    Path _ = program("hang", "sleep 4711 & echo $! > " + directory.resolve("pid") + "; wait");

    // When
    Optional<String> failed = before(command("hang", null, "15s"));

    // Then
    assertThat(failed.orElseThrow()).contains("The hook hang failed", "15 seconds", "was ended");
    long pid = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
    Eventually.eventually(() ->
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive))
            .satisfiesAnyOf(
                alive -> assertThat(alive).isEmpty(),
                _ -> assertThat(Shell.must("ps", "-o", "stat=", "-p", "" + pid)).contains("Z")));
  }

  @Test
  void whatFailsSaysWhyAndTheNextOneIsNotDone() throws IOException {
    // Given
    Path _ = program("fail", "echo half; echo 'the disk of it is full' >&2; exit 3");
    Path _ = program("next", "touch " + directory.resolve("next"));

    // When
    Optional<String> failed = before(command("fail", "half", null), command("next", null, null));

    // Then
    assertThat(failed.orElseThrow()).contains("code 3", "the disk of it is full");
    assertThat(file("half")).doesNotExist();
    assertThat(directory.resolve("next")).doesNotExist();
  }

  @Test
  void gigabytesOfOutputFillNeitherMemoryNorDisk() throws IOException {
    // Given
    Path _ = program("much", "head -c 2000000000 /dev/zero");
    Path _ = program("complain", "head -c 200000000 /dev/zero >&2");

    // When
    Optional<String> nobodyWantsIt = before(other(), command("much", null, null));
    Optional<String> wanted = before(command("much", "much.bin", null));
    Optional<String> complains = before(other(), command("complain", null, null));

    // Then
    assertThat(nobodyWantsIt).isEmpty();
    assertThat(wanted.orElseThrow()).contains("more than the " + LARGEST);
    assertThat(file("much.bin")).doesNotExist();
    assertThat(complains.orElseThrow()).contains("more than can be told");
  }

  @Test
  void onlyProgramsThatRootHasPutThereAreRun() throws IOException {
    // Given
    Path open = program("open", "true");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.createSymbolicLink(programs.resolve("link"), Path.of("/bin/true"));

    // When, Then
    assertThat(before(other(), command("open", null, null)).orElseThrow()).contains("root's");
    assertThat(before(other(), command("link", null, null)).orElseThrow()).contains("no program");
    assertThat(before(other(), command("missing", null, null)).orElseThrow())
        .contains("no program");
  }

  @Test
  void anSqliteDatabaseIsCopiedWhileItIsWrittenTo() throws IOException {
    // Given: what was written last is in its log only
    Path database = directory.resolve("notes.db");
    String _ =
        Shell.must(
            "sqlite3",
            database.toString(),
            "pragma journal_mode=wal",
            "create table note (text)",
            "insert into note values ('of today')");

    // When
    Optional<String> failed =
        before(
            new Hook(null, null, new SqliteDump(new Name("notes"), "notes.db"), null, null, null));

    // Then
    assertThat(failed).isEmpty();
    assertThat(Shell.must("sqlite3", file("notes.db").toString(), "select text from note"))
        .isEqualTo("of today");
    Files.createSymbolicLink(directory.resolve("link.db"), database);
    for (String path : List.of("link.db", "none.db")) {
      Hook hook = new Hook(null, null, new SqliteDump(new Name("notes"), path), null, null, null);
      assertThat(before(other(), hook).orElseThrow()).contains("no such file");
    }
  }

  @Test
  void anSqliteDatabaseThatIsTooLargeIsNotCopied() {
    // Given: most of the second one is in its log only
    String blob = "insert into note values (zeroblob(%d))".formatted(LARGEST);
    String _ =
        Shell.must(
            "sqlite3", directory.resolve("large.db").toString(), "create table note (text)", blob);
    String _ =
        Shell.must(
            "sqlite3",
            directory.resolve("log.db").toString(),
            ".filectrl persist_wal 1",
            "pragma journal_mode=wal",
            "create table note (text)",
            "pragma wal_autocheckpoint=0",
            ".dbconfig no_ckpt_on_close on",
            blob);

    for (String path : List.of("large.db", "log.db")) {
      Hook hook = new Hook(null, null, new SqliteDump(new Name("notes"), path), null, null, null);

      // When
      Optional<String> failed = before(other(), hook);

      // Then
      assertThat(failed.orElseThrow()).contains("more than the " + LARGEST);
    }
  }

  @Test
  void postgresqlIsAskedAsItsUserAndTheDumpCanBeRestored() throws IOException {
    // Given
    Path home = Files.createDirectory(directory.resolve("postgres"));
    String _ = Shell.must("chown", "postgres", home.toString());
    String bin = Shell.must("sh", "-c", "ls -d /usr/lib/postgresql/*/bin | tail -n 1");
    String data = home.resolve("data").toString();
    String _ =
        as(
            "postgres",
            bin + "/initdb",
            "--auth-local=peer",
            "--auth-host=scram-sha-256",
            "--no-sync",
            "-D",
            data);
    int port = FreePort.find();
    String _ =
        as(
            "postgres",
            bin + "/pg_ctl",
            "-D",
            data,
            "-w",
            "-l",
            home.resolve("log").toString(),
            "-o",
            "-c listen_addresses=127.0.0.1 -p %d -c unix_socket_directories=%s"
                .formatted(port, home),
            "start");
    try {
      psql(home, port, "-c", "create database cloud");
      psql(
          home,
          port,
          "-d",
          "cloud",
          "-c",
          "create table note (text text); insert into note values ('kept');"
              + " create role keeper login superuser password 'of two words'");

      // When
      Optional<String> failed =
          before(
              new Hook(
                  new PostgresqlDump("cloud", home.toString(), port, null, null),
                  null,
                  null,
                  null,
                  null,
                  null));
      Optional<String> missing =
          before(
              other(),
              new Hook(
                  new PostgresqlDump("none", home.toString(), port, null, null),
                  null,
                  null,
                  null,
                  null,
                  null));

      // Then
      assertThat(failed).isEmpty();
      assertThat(Shell.must("pg_restore", "--file=-", file("cloud.pgdump").toString()))
          .contains("kept");
      assertThat(missing.orElseThrow()).contains("PostgreSQL's none", "does not exist");

      // When it is asked over the network
      Hook far =
          new Hook(
              new PostgresqlDump("cloud", "127.0.0.1", port, "keeper", new Name("cloud-db")),
              null,
              null,
              null,
              null,
              null);
      Optional<String> unknown = before(other(), far);
      password("cloud-db", "wrong");
      Optional<String> wrong = before(other(), far);
      password("cloud-db", "of two words");
      Occasion last = other();

      // Then
      assertThat(unknown.orElseThrow()).contains("there is no secret cloud-db with a password");
      assertThat(wrong.orElseThrow()).contains("password authentication failed");
      assertThat(before(last, far)).isEmpty();
      assertThat(runner.files(last.uid()).resolve("cloud.pgdump")).isNotEmptyFile();
    } finally {
      String _ = as("postgres", bin + "/pg_ctl", "-D", data, "-m", "immediate", "stop");
    }
  }

  /** As the server's own user, by its socket. */
  private static void psql(Path sockets, int port, String... more) {
    String[] all = {"psql", "-p", "" + port, "-h", sockets.toString()};
    String[] argv = Arrays.copyOf(all, all.length + more.length);
    System.arraycopy(more, 0, argv, all.length, more.length);
    String _ = as("postgres", argv);
  }

  private void password(String secret, String password) {
    secrets.set(new Name(secret), new Secret(Map.of(SecretKey.password, password)));
  }

  private static String as(String user, String... argv) {
    String[] all = new String[argv.length + 4];
    System.arraycopy(new String[] {"runuser", "-u", user, "--"}, 0, all, 0, 4);
    System.arraycopy(argv, 0, all, 4, argv.length);
    return Shell.must(all);
  }

  @Test
  void mariadbIsAskedBySocketAndTheDumpIsSql() throws Exception {
    // Given
    Path data = Files.createDirectory(directory.resolve("mariadb"));
    Path socket = directory.resolve("mariadb.sock");
    int port = FreePort.find();
    String _ =
        Shell.must(
            "mariadb-install-db",
            "--no-defaults",
            "--user=root",
            "--auth-root-authentication-method=socket",
            "--skip-test-db",
            "--datadir=" + data);
    Process server =
        new ProcessBuilder(
                "mariadbd",
                "--no-defaults",
                "--user=root",
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--innodb-flush-log-at-trx-commit=0",
                "--datadir=" + data,
                "--socket=" + socket,
                "--pid-file=" + directory.resolve("mariadb.pid"))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("mariadb.log").toFile())
            .start();
    try {
      Eventually.eventually(() ->
          assertThat(
                  Shell.must(
                      "mariadb",
                      "--no-defaults",
                      "--socket=" + socket,
                      "-e",
                      "create database if not exists shop; create table if not exists shop.note (text text); insert into shop.note values ('kept'); create user if not exists keeper@'127.0.0.1' identified by 'of two words'; grant all on *.* to keeper@'127.0.0.1'"))
              .isEmpty());

      // When
      Optional<String> failed =
          before(
              new Hook(
                  null,
                  new MariadbDump("shop", null, null, socket.toString(), null, null),
                  null,
                  null,
                  null,
                  null));

      // Then
      assertThat(failed).isEmpty();
      assertThat(Files.readString(file("shop.sql"))).contains("CREATE DATABASE", "kept");

      // When it is asked over the network
      Hook far =
          new Hook(
              null,
              new MariadbDump("shop", "127.0.0.1", port, null, "keeper", new Name("shop-db")),
              null,
              null,
              null,
              null);
      password("shop-db", "wrong");
      Optional<String> wrong = before(other(), far);
      password("shop-db", "of two words");
      Occasion last = other();

      // Then
      assertThat(wrong.orElseThrow()).contains("Access denied");
      assertThat(before(last, far)).isEmpty();
      assertThat(Files.readString(runner.files(last.uid()).resolve("shop.sql"))).contains("kept");
    } finally {
      server.destroy();
      assertThat(server.waitFor(Duration.ofSeconds(30))).isTrue();
    }
  }
}
