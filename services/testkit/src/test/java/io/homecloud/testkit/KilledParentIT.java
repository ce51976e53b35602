package io.homecloud.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.embedded.kafka.EmbeddedKafka;
import io.homecloud.embedded.kafka.KafkaSettings;
import io.homecloud.embedded.postgres.EmbeddedPostgres;
import io.homecloud.embedded.postgres.PostgresAccess;
import io.homecloud.host.DaemonSpec;
import io.homecloud.host.LocalHost;
import io.homecloud.host.ProcessIdentity;
import io.homecloud.host.Supervisor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a process leaves behind that is killed without warning, and what its successor finds. */
class KilledParentIT {
  private static final Duration SOON = Duration.ofMinutes(2);

  private Path directory;
  private PostgresTemplate template;

  @BeforeEach
  void make() throws Exception {
    template = new PostgresTemplate(new LocalHost());
    directory = TestDirectory.ofThisProcess("killed", template::remove);
  }

  @AfterEach
  void remove() {
    template.remove(directory);
  }

  @Test
  void daemonOfAKilledProcessIsEndedByItsSuccessor() throws Exception {
    // Given
    long left;
    try (ChildJvm child = ChildJvm.start(SleepKeeper.class, directory.toString())) {
      String line = child.await(l -> l.startsWith("left "), SOON);
      left = Long.parseLong(line.substring("left ".length()));
      child.kill();
    }
    assertThat(ProcessIdentity.of(left)).isPresent();
    // When
    Supervisor successor = Supervisor.open(directory.resolve("run"), directory.resolve("log"));
    // Then
    assertThat(ProcessIdentity.of(left)).isEmpty();
    successor.close();
  }

  @Test
  void databaseOfAKilledProcessKeepsWhatItAcknowledged() throws Exception {
    // Given
    template.copyTo(directory);
    int port = FreePort.find();
    long left;
    try (ChildJvm child =
        ChildJvm.start(Writer.class, directory.toString(), Integer.toString(port))) {
      child.await("written 200"::equals, SOON);
      left = EmbeddedPostgres.serving(directory.resolve("database")).orElseThrow();
      child.kill();
    }
    assertThat(ProcessIdentity.of(left)).isPresent();
    // When
    try (EmbeddedPostgres successor =
        new EmbeddedPostgres(new LocalHost(), template.settings(directory, port))) {
      PostgresAccess access = successor.start();
      // Then
      assertThat(ProcessIdentity.of(left)).isEmpty();
      assertThat(count(access)).isGreaterThanOrEqualTo(200);
    }
  }

  @Test
  void brokerOfAKilledProcessStartsAgain() throws Exception {
    // Given
    KafkaSettings settings =
        new KafkaSettings(directory.resolve("kafka"), FreePort.find(), FreePort.find());
    try (ChildJvm child =
        ChildJvm.start(
            Sender.class,
            settings.directory().toString(),
            Integer.toString(settings.port()),
            Integer.toString(settings.controllerPort()))) {
      child.await("sent 50"::equals, SOON);
      child.kill();
    }
    // When
    try (EmbeddedKafka successor = new EmbeddedKafka(settings)) {
      successor.start();
      // Then
      assertThat(Sender.send(settings.bootstrap(), 1)).isGreaterThanOrEqualTo(50);
    }
  }

  private static int count(PostgresAccess access) throws Exception {
    try (Connection connection =
            DriverManager.getConnection(access.jdbcUrl(), access.user(), access.password());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
      assertThat(rows.next()).isTrue();
      return rows.getInt(1);
    }
  }

  /** Supervises until it is killed. */
  static final class SleepKeeper {
    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      Supervisor supervisor = Supervisor.open(directory.resolve("run"), directory.resolve("log"));
      supervisor.start(new DaemonSpec("sleep", "sleep", "600")).awaitReady(SOON);
      String identity = Files.readAllLines(directory.resolve("run/sleep.run")).getFirst();
      System.out.println("left " + ProcessIdentity.parse(identity).orElseThrow().pid());
      LockSupport.park();
    }
  }

  /** Writes rows until it is killed. */
  static final class Writer {
    public static void main(String[] arguments) throws Exception {
      LocalHost host = new LocalHost();
      EmbeddedPostgres server =
          new EmbeddedPostgres(
              host,
              new PostgresTemplate(host)
                  .settings(Path.of(arguments[0]), Integer.parseInt(arguments[1])));
      PostgresAccess access = server.start();
      try (Connection connection =
              DriverManager.getConnection(access.jdbcUrl(), access.user(), access.password());
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE t (n int)");
        for (int i = 1; ; i++) {
          statement.execute("INSERT INTO t VALUES (" + i + ")");
          System.out.println("written " + i);
        }
      }
    }
  }

  /** Sends messages until it is killed. */
  static final class Sender {
    public static void main(String[] arguments) throws Exception {
      KafkaSettings settings =
          new KafkaSettings(
              Path.of(arguments[0]),
              Integer.parseInt(arguments[1]),
              Integer.parseInt(arguments[2]));
      new EmbeddedKafka(settings).start();
      send(settings.bootstrap(), Integer.MAX_VALUE);
    }

    /** The last offset. */
    static long send(String bootstrap, int count) throws Exception {
      long offset = 0;
      try (KafkaProducer<String, String> producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", bootstrap, "linger.ms", 0),
              new StringSerializer(),
              new StringSerializer())) {
        for (int i = 0; i < count; i++) {
          offset =
              producer
                  .send(new ProducerRecord<>("test", "message"))
                  .get(60, TimeUnit.SECONDS)
                  .offset();
          System.out.println("sent " + offset);
        }
      }
      return offset;
    }
  }
}
