package io.homecloud.testkit;

import io.homecloud.embedded.postgres.EmbeddedPostgres;
import io.homecloud.embedded.postgres.PostgresAccess;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** One PostgreSQL server for all tests of a JVM, started by the first that asks. */
public final class TestPostgres {
  private TestPostgres() {}

  /** The database itself; its schema {@code public} is shared with all others of this JVM. */
  public static PostgresAccess access() {
    return act("start");
  }

  /** A schema for a test of plain classes. */
  public static TestSchema freshSchema() {
    PostgresAccess access = access();
    String name = uniqueName();
    execute(access, "CREATE SCHEMA " + name);
    return new TestSchema(
        name, access.jdbcUrl() + "?currentSchema=" + name, access.user(), access.password());
  }

  /** A database for an application, which makes its schemas in it. */
  public static PostgresAccess freshDatabase() {
    PostgresAccess access = access();
    String name = uniqueName();
    execute(access, "CREATE DATABASE " + name);
    String url = access.jdbcUrl();
    return new PostgresAccess(
        url.substring(0, url.lastIndexOf('/') + 1) + name, access.user(), access.password());
  }

  private static String uniqueName() {
    return "t" + UUID.randomUUID().toString().replace("-", "");
  }

  private static void execute(PostgresAccess access, String sql) {
    try (Connection connection =
            DriverManager.getConnection(access.jdbcUrl(), access.user(), access.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Ends it in order, with every connection, until {@link #start}; for tests of an outage. */
  public static void stop() {
    act("stop");
  }

  /** As it was, with the same address and password. */
  public static void start() {
    act("start");
  }

  private static PostgresAccess act(String verb) {
    Map<String, String> answer =
        PerJvm.shared("postgres", TestPostgres::launch).apply(Map.of("do", verb));
    return new PostgresAccess(
        answer.getOrDefault("url", ""),
        answer.getOrDefault("user", ""),
        answer.getOrDefault("password", ""));
  }

  private static UnaryOperator<Map<String, String>> launch() throws IOException {
    PostgresTemplate template = new PostgresTemplate(new LocalHost());
    Path directory = TestDirectory.ofThisProcess("postgres", template::remove);
    template.copyTo(directory);
    EmbeddedPostgres server =
        new EmbeddedPostgres(new LocalHost(), template.settings(directory, FreePort.find()));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              answer(server, "stop");
              template.remove(directory);
            }));
    return request -> answer(server, request.getOrDefault("do", ""));
  }

  private static Map<String, String> answer(EmbeddedPostgres server, String verb) {
    try {
      if (verb.equals("stop")) {
        server.close();
        return Map.of();
      }
      PostgresAccess access = server.start();
      return Map.of("url", access.jdbcUrl(), "user", access.user(), "password", access.password());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
