package io.homecloud.backup.installation;

import io.homecloud.backup.BackupConfig;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.jboss.logging.Logger;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Puts the contents of a copied installation's database into the fresh one, before any service
 * looks at it. What storage knew stays out: disks say themselves what is on them, and those of the
 * copied installation may not be here. The rows of a copy that an older release made are put into
 * the tables of that release, which are brought up to date then. Killed, it is done again.
 */
@ApplicationScoped
public class RestoredDatabase {
  private static final Logger LOG = Logger.getLogger(RestoredDatabase.class);

  private static final int BEFORE_THE_SERVICES = 1;
  private static final String STORAGE = "storage";
  private static final String HISTORY = "flyway_schema_history";
  private static final Pattern SCHEMA = Pattern.compile("-- schema ([a-z_]+) at [0-9]{1,6}");
  private static final Pattern COPY =
      Pattern.compile(
          "COPY \"([a-z_]+)\"\\.\"([a-z0-9_]+)\" (\\((?:\"[a-z0-9_]+\"(?:, )?)*\\)) FROM stdin;");
  private static final Pattern SEQUENCE =
      Pattern.compile(
          "SELECT pg_catalog\\.setval\\('\"([a-z_]+)\"\\.\"([a-z0-9_]+)\"', ([0-9]{1,18}), true\\);");

  private final javax.sql.DataSource database;
  private final Map<String, Flyway> flyways;
  private final Path dump;

  @Inject
  RestoredDatabase(
      @DataSource("backup") javax.sql.DataSource database,
      @Any Instance<Flyway> flyways,
      BackupConfig config) {
    this(database, flyways.stream().toList(), config.data().resolve("restore/dump.sql"));
  }

  /**
   * @param flyways of the schemas that this process has brought up to date
   */
  RestoredDatabase(javax.sql.DataSource database, List<Flyway> flyways, Path dump) {
    this.database = database;
    this.flyways =
        flyways.stream()
            .collect(
                Collectors.toMap(
                    flyway -> flyway.getConfiguration().getDefaultSchema(), Function.identity()));
    this.dump = dump;
  }

  void load(@Observes @Priority(BEFORE_THE_SERVICES) StartupEvent starting) throws IOException {
    load();
  }

  void load() throws IOException {
    if (!Files.exists(dump)) {
      return;
    }
    LOG.infof("the database of the copied installation is loaded from %s", dump);
    Map<String, Set<String>> theirs = migrations();
    try (Connection connection = database.getConnection();
        Lines lines = lines()) {
      connection.setAutoCommit(false);
      load(connection, lines, theirs);
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(dump + " cannot be loaded: " + e.getMessage(), e);
    }
    for (Flyway flyway : flyways.values()) {
      var _ = flyway.migrate();
    }
    Files.delete(dump);
    Files.delete(dump.getParent());
  }

  /** The versions of the migrations that made the tables of the copy, by schema. */
  private Map<String, Set<String>> migrations() throws IOException {
    Map<String, Set<String>> found = new HashMap<>();
    try (Lines lines = lines()) {
      for (String line = lines.next(); !"-- end".equals(line); line = lines.next()) {
        if (line == null) {
          throw new IllegalStateException(dump + " is cut off");
        }
        Matcher copy = COPY.matcher(line);
        if (copy.matches()) {
          // Before the first of them is the bracket.
          int version = List.of(copy.group(3).split("[(), ]+", -1)).indexOf("\"version\"") - 1;
          Set<String> versions = found.computeIfAbsent(copy.group(1), _ -> new HashSet<>());
          for (byte[] row = lines.row(); row != null; row = lines.row()) {
            if (copy.group(2).equals(HISTORY)) {
              versions.add(new String(row, StandardCharsets.UTF_8).split("\t", -1)[version]);
            }
          }
        }
      }
    }
    // That of the schema itself.
    found.values().forEach(versions -> versions.remove("\\N"));
    return found;
  }

  private Lines lines() throws IOException {
    return new Lines(new BufferedInputStream(Files.newInputStream(dump)));
  }

  private void load(Connection connection, Lines lines, Map<String, Set<String>> theirs)
      throws SQLException, IOException {
    boolean wanted = false;
    for (String line = lines.next(); line != null && !line.equals("-- end"); line = lines.next()) {
      Matcher schema = SCHEMA.matcher(line);
      Matcher copy = COPY.matcher(line);
      Matcher sequence = SEQUENCE.matcher(line);
      if (schema.matches()) {
        String name = schema.group(1);
        wanted = !name.equals(STORAGE) && exists(connection, name);
        if (wanted) {
          fit(connection, name, theirs.getOrDefault(name, Set.of()));
          empty(connection, name);
        }
      } else if (copy.matches()) {
        boolean takes = wanted && !copy.group(2).equals(HISTORY);
        rows(connection, lines, takes ? line.substring(0, line.length() - 1) : null);
      } else if (sequence.matches() && wanted) {
        execute(connection, line);
      } else if (!line.startsWith("--") && !sequence.matches()) {
        throw new IllegalStateException("the dump has a line that is none of ours");
      }
    }
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

  /** Makes its tables those that the copy had. */
  private void fit(Connection connection, String schema, Set<String> theirs)
      throws SQLException, IOException {
    Map<String, String> ours = scripts(connection, schema);
    if (theirs.equals(ours.keySet())) {
      return;
    }
    boolean older = ours.keySet().containsAll(theirs);
    if (!older || !flyways.containsKey(schema)) {
      throw new IllegalStateException(
          "The copy's database is of %s release of homecloud; start with that one."
              .formatted(older ? "an older" : "a newer"));
    }
    LOG.infof("the copy was made by an older release; %s is brought up to date with it", schema);
    execute(
        connection,
        """
        alter schema "%1$s" rename to before_restore;
        create schema "%1$s";
        alter table before_restore.%2$s set schema "%1$s";
        drop schema before_restore cascade;
        set local search_path to "%1$s"\
        """
            .formatted(schema, HISTORY));
    for (Map.Entry<String, String> each : ours.entrySet()) {
      if (theirs.contains(each.getKey())) {
        execute(connection, content(each.getValue()));
      } else {
        execute(
            connection, "delete from %s where version = '%s'".formatted(HISTORY, each.getKey()));
      }
    }
  }

  /** What made its tables here, in that order: scripts by their versions. */
  private static Map<String, String> scripts(Connection connection, String schema)
      throws SQLException {
    Map<String, String> scripts = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet found =
            statement.executeQuery(
                "select version, script from \"%s\".%s where version is not null order by installed_rank"
                    .formatted(schema, HISTORY))) {
      while (found.next()) {
        scripts.put(found.getString(1), found.getString(2));
      }
    }
    return scripts;
  }

  /**
   * @param script a name on the class path, as Quarkus gives it to Flyway
   */
  private static String content(String script) throws IOException {
    try (InputStream in =
        Thread.currentThread().getContextClassLoader().getResourceAsStream(script)) {
      if (in == null) {
        throw new IllegalStateException("there is no " + script);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
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
    for (byte[] row = lines.row(); row != null; row = lines.row()) {
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

    /** Of a COPY; null after its last. */
    byte @org.jspecify.annotations.Nullable [] row() throws IOException {
      byte[] row = bytes();
      if (row == null) {
        throw new IllegalStateException("the dump is cut off");
      }
      return row.length == 2 && row[0] == '\\' && row[1] == '.' ? null : row;
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
