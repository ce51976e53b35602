package io.homecloud.application;

import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Where PostgreSQL is. After a power cut everything starts at once, and it may be the last: then a
 * service waits for it instead of ending, and ends when it is told that it may not come in.
 */
public record DatabaseDoor(String url, String user, String password, Duration pause) {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final String ANSWER_SECONDS = "5";

  /** Those of SQLState that mean: not there, or not yet. */
  private static final String UNREACHABLE = "08";

  private static final String STARTING = "57P03";

  public static DatabaseDoor of(Map<String, String> environment) {
    return new DatabaseDoor(
        environment.getOrDefault("HOMECLOUD_DB_URL", "jdbc:postgresql://localhost:5432/homecloud"),
        environment.getOrDefault("HOMECLOUD_DB_USER", "homecloud"),
        environment.getOrDefault("HOMECLOUD_DB_PASSWORD", "homecloud"),
        PAUSE);
  }

  /**
   * Returns when it answers.
   *
   * @param waiting is told each new reason why it does not
   * @throws IOException when waiting is in vain: account or database are wrong, or it is an
   *     impostor
   */
  public void await(Consumer<String> waiting) throws IOException {
    String told = "";
    while (true) {
      try {
        DriverManager.getConnection(url, properties()).close();
        return;
      } catch (SQLException e) {
        String reason = String.valueOf(e.getMessage());
        if (!passes(e)) {
          throw new IOException("PostgreSQL: " + reason, e);
        }
        if (!reason.equals(told)) {
          waiting.accept("waiting for PostgreSQL: " + reason);
          told = reason;
        }
        sleep();
      }
    }
  }

  private static boolean passes(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    return (state.startsWith(UNREACHABLE) && !(failure.getCause() instanceof SSLException))
        || state.equals(STARTING);
  }

  private void sleep() throws IOException {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while PostgreSQL was away", e);
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", ANSWER_SECONDS);
    properties.setProperty("loginTimeout", ANSWER_SECONDS);
    return properties;
  }
}
