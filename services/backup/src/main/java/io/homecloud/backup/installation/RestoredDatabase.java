package io.homecloud.backup.installation;

import io.homecloud.backup.BackupConfig;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Puts the contents of a copied installation's database into the fresh one, before any service
 * looks at it. What storage knew stays out: disks say themselves what is on them, and those of the
 * copied installation may not be here. Killed, it is done again.
 */
@ApplicationScoped
public class RestoredDatabase {
  private static final Logger LOG = Logger.getLogger(RestoredDatabase.class);

  private static final int BEFORE_THE_SERVICES = 1;
  private static final String STORAGE = "storage";
  private static final String HISTORY = "flyway_schema_history";
  private static final Pattern SCHEMA = Pattern.compile("-- schema ([a-z_]+) at ([0-9]{1,6})");
  private static final Pattern COPY =
      Pattern.compile(
          "COPY \"([a-z_]+)\"\\.\"([a-z0-9_]+)\" (\\((?:\"[a-z0-9_]+\"(?:, )?)*\\)) FROM stdin;");
  private static final Pattern SEQUENCE =
      Pattern.compile(
          "SELECT pg_catalog\\.setval\\('\"([a-z_]+)\"\\.\"([a-z0-9_]+)\"', ([0-9]{1,18}), true\\);");

  private final javax.sql.DataSource database;
  private final Path dump;

  RestoredDatabase(@DataSource("backup") javax.sql.DataSource database, BackupConfig config) {
    this.database = database;
    this.dump = config.data().resolve("restore/dump.sql");
  }

  void load(@Observes @Priority(BEFORE_THE_SERVICES) StartupEvent starting) throws IOException {
    if (!Files.exists(dump)) {
      return;
    }
    LOG.infof("the database of the copied installation is loaded from %s", dump);
    try (Connection connection = database.getConnection();
        Lines lines = new Lines(new BufferedInputStream(Files.newInputStream(dump)))) {
      connection.setAutoCommit(false);
      boolean ended = load(connection, lines);
      if (!ended) {
        throw new IllegalStateException(dump + " is cut off");
      }
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(dump + " cannot be loaded: " + e.getMessage(), e);
    }
    Files.delete(dump);
    Files.delete(dump.getParent());
  }

  private static boolean load(Connection connection, Lines lines) throws SQLException, IOException {
    boolean wanted = false;
    for (String line = lines.next(); line != null; line = lines.next()) {
      Matcher schema = SCHEMA.matcher(line);
      Matcher copy = COPY.matcher(line);
      Matcher sequence = SEQUENCE.matcher(line);
      if (schema.matches()) {
        wanted = !schema.group(1).equals(STORAGE) && exists(connection, schema.group(1));
        if (wanted) {
          requireSameVersion(connection, schema.group(1), Integer.parseInt(schema.group(2)));
          empty(connection, schema.group(1));
        }
      } else if (copy.matches()) {
        boolean takes = wanted && !copy.group(2).equals(HISTORY);
        rows(connection, lines, takes ? line.substring(0, line.length() - 1) : null);
      } else if (sequence.matches() && wanted) {
        execute(connection, line);
      } else if (line.equals("-- end")) {
        return true;
      } else if (!line.startsWith("--") && !sequence.matches()) {
        throw new IllegalStateException("the dump has a line that is none of ours");
      }
    }
    return false;
  }

  private static boolean exists(Connection connection, String schema) throws SQLException {
    try (var query =
        connection.prepareStatement(
            "select 1 from information_schema.schemata where schema_name = ?")) {
      query.setString(1, schema);
      try (ResultSet found = query.executeQuery()) {
        return found.next();
      }
    }
  }

  private static void requireSameVersion(Connection connection, String schema, int version)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet newest =
            statement.executeQuery(
                "select max(installed_rank) from \"%s\".%s where success"
                    .formatted(schema, HISTORY))) {
      int ours = newest.next() ? newest.getInt(1) : 0;
      if (ours != version) {
        throw new IllegalStateException(
            "The copy's database is of %s release of homecloud; restore it with that one, and upgrade then."
                .formatted(ours < version ? "a newer" : "an older"));
      }
    }
  }

  private static void empty(Connection connection, String schema) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (var query =
        connection.prepareStatement(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables"
                + " where table_schema = ? and table_type = 'BASE TABLE' and table_name <> ?")) {
      query.setString(1, schema);
      query.setString(2, HISTORY);
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          tables.add(found.getString(1));
        }
      }
    }
    execute(connection, "truncate " + String.join(", ", tables));
  }

  private static void execute(Connection connection, String sentence) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean _ = statement.execute(sentence);
    }
  }

  /**
   * @param target the COPY that takes them; null when nobody does
   */
  private static void rows(
      Connection connection, Lines lines, @org.jspecify.annotations.Nullable String target)
      throws SQLException, IOException {
    CopyIn copy =
        target == null
            ? null
            : connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(target.replace("stdin", "STDIN"));
    for (byte[] row = lines.bytes(); ; row = lines.bytes()) {
      if (row == null) {
        throw new IllegalStateException("the dump is cut off");
      }
      if (row.length == 2 && row[0] == '\\' && row[1] == '.') {
        break;
      }
      if (copy != null) {
        copy.writeToCopy(row, 0, row.length);
        copy.writeToCopy(new byte[] {'\n'}, 0, 1);
      }
    }
    if (copy != null) {
      long _ = copy.endCopy();
    }
  }

  /** Lines of bytes; a row may be of any length. */
  private record Lines(InputStream in) implements AutoCloseable {
    byte @org.jspecify.annotations.Nullable [] bytes() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          return line.toByteArray();
        }
        line.write(b);
      }
      return null;
    }

    @org.jspecify.annotations.Nullable
    String next() throws IOException {
      byte[] line = bytes();
      return line == null ? null : new String(line, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
