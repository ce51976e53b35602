package io.homecloud.embedded.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.embedded.FreePorts;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.host.ProcessIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresIT {
  private static final Path ROOT =
      Path.of(System.getProperty("homecloud.test.tmp"), "homecloud-test", "embedded");

  private static final LocalHost HOST = new LocalHost();
  private static Path template;

  private Path directory;
  private PostgresSettings settings;
  private EmbeddedPostgres postgres;

  /** Made once, copied for each test: the making takes seconds. */
  @BeforeAll
  static void makeTemplate() throws IOException {
    template = passable("template");
    try (EmbeddedPostgres made = new EmbeddedPostgres(HOST, settings(template))) {
      made.start();
    }
  }

  @BeforeEach
  void make() throws IOException {
    directory = passable("postgres");
    must("cp", "-a", template.resolve("postgres").toString(), directory.toString());
    must("cp", "-a", template.resolve("password").toString(), directory.toString());
    settings = settings(directory);
    postgres = new EmbeddedPostgres(HOST, settings);
  }

  @AfterAll
  static void removeTemplate() {
    must("rm", "-rf", template.toString());
  }

  private static Path passable(String name) throws IOException {
    Files.createDirectories(ROOT);
    Path made = Files.createTempDirectory(ROOT, name);
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
    return made;
  }

  private static PostgresSettings settings(Path directory) {
    return new PostgresSettings(
        directory.resolve("postgres"),
        ROOT.resolve("cache"),
        directory.resolve("password"),
        FreePorts.find(32_000, 32_350),
        "nobody");
  }

  private static void must(String... argv) {
    assertThat(HOST.run(new HostCommand(Duration.ofSeconds(60), argv)))
        .isInstanceOfSatisfying(Exited.class, e -> assertThat(e.code()).isZero());
  }

  @AfterEach
  void remove() throws IOException {
    postgres.close();
    must("rm", "-rf", directory.toString());
  }

  @Test
  void secondStartFindsDataAndPassword() throws Exception {
    // Given
    PostgresAccess first = postgres.start();
    execute(first, "CREATE TABLE t (n int)", "INSERT INTO t VALUES (7)");
    postgres.close();
    // When
    PostgresAccess second = postgres.start();
    // Then
    assertThat(second).isEqualTo(first);
    assertThat(ask(second, "SELECT n FROM t")).isEqualTo("7");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(settings.passwordFile())))
        .isEqualTo("rw-------");
    assertThat(second.toString()).doesNotContain(second.password());
  }

  @Test
  void everyAcknowledgedWriteIsOnTheDiskAndTheOwnerIsNoSuperuser() throws Exception {
    // When
    PostgresAccess access = postgres.start();
    // Then
    assertThat(ask(access, "SHOW fsync")).isEqualTo("on");
    assertThat(ask(access, "SHOW synchronous_commit")).isEqualTo("on");
    assertThat(ask(access, "SHOW full_page_writes")).isEqualTo("on");
    assertThat(ask(access, "SHOW data_checksums")).isEqualTo("on");
    assertThat(ask(access, "SHOW is_superuser")).isEqualTo("off");
    assertThatThrownBy(
            () -> ask(new PostgresAccess(access.jdbcUrl(), "homecloud", "wrong"), "SELECT 1"))
        .isInstanceOf(SQLException.class);
    assertThatThrownBy(() -> ask(new PostgresAccess(access.jdbcUrl(), "postgres", ""), "SELECT 1"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void killedServerIsStartedAgainWithAllThatItAcknowledged() throws Exception {
    // Given
    PostgresAccess access = postgres.start();
    execute(access, "CREATE TABLE t AS SELECT generate_series(1, 50000) AS n");
    // When
    long pid = EmbeddedPostgres.serving(settings.directory()).orElseThrow();
    must("kill", "-KILL", Long.toString(pid));
    // Then
    assertThat(soon(access, "SELECT count(*) FROM t")).isEqualTo("50000");
  }

  @Test
  void whatOutlivesAKilledServerIsWaitedFor() throws Exception {
    // Given
    postgres.start();
    long pid = EmbeddedPostgres.serving(settings.directory()).orElseThrow();
    String survivor =
        Long.toString(
            ProcessHandle.of(pid).orElseThrow().children().findFirst().orElseThrow().pid());
    must("kill", "-STOP", survivor);
    must("kill", "-KILL", Long.toString(pid));
    postgres.close();
    Path log = settings.directory().resolve("log/postgres.log");
    int before = Files.readString(log).length();
    // When
    try (ExecutorService meanwhile = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<PostgresAccess> started = meanwhile.submit(postgres::start);
      long end = System.nanoTime() + 60_000_000_000L;
      while (!Files.readString(log).substring(before).contains("shared memory block")) {
        assertThat(System.nanoTime()).isLessThan(end);
        Thread.sleep(50);
      }
      must("kill", "-CONT", survivor);
      // Then
      assertThat(ask(started.get(), "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void numberOfAStrangerInThePidFileIsNotStopped() throws Exception {
    // Given
    postgres.start();
    postgres.close();
    Path pidFile = settings.directory().resolve("data/postmaster.pid");
    long stranger = ProcessIdentity.self().pid();
    Files.writeString(pidFile, stranger + "\n" + settings.directory() + "/data\n1\n");
    // When
    PostgresAccess access = postgres.start();
    // Then
    assertThat(ask(access, "SELECT 1")).isEqualTo("1");
  }

  @Test
  void halfMadeDatabaseIsMadeAnewAndALostPasswordIsReplaced() throws Exception {
    // Given
    must("rm", "-rf", settings.directory().resolve("data").toString());
    Path unfinished = settings.directory().resolve("data.new");
    Files.createDirectories(unfinished.resolve("base"));
    PostgresAccess first = postgres.start();
    postgres.close();
    Files.delete(settings.passwordFile());
    // When
    PostgresAccess second = postgres.start();
    // Then
    assertThat(second.password()).isNotEqualTo(first.password());
    assertThat(ask(second, "SELECT 1")).isEqualTo("1");
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void takenPortIsToldInTheServersWords() throws Exception {
    // Given
    try (ServerSocket _ = new ServerSocket(settings.port(), 1, InetAddress.getLoopbackAddress())) {
      // When // Then
      assertThatThrownBy(postgres::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Address already in use");
    }
  }

  private static String soon(PostgresAccess access, String sql) throws Exception {
    long end = System.nanoTime() + 60_000_000_000L;
    while (true) {
      try {
        return ask(access, sql);
      } catch (SQLException notYet) {
        assertThat(System.nanoTime()).as(notYet.getMessage()).isLessThan(end);
        Thread.sleep(50);
      }
    }
  }

  private static void execute(PostgresAccess access, String... statements) throws SQLException {
    try (Connection connection = connect(access);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static String ask(PostgresAccess access, String sql) throws SQLException {
    try (Connection connection = connect(access);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static Connection connect(PostgresAccess access) throws SQLException {
    return DriverManager.getConnection(access.jdbcUrl(), access.user(), access.password());
  }
}
