package io.homecloud.backup.installation;

import io.homecloud.events.database.ServiceDatabase;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * The contents of all services' tables as they were at one instant, in the form that pg_dump writes
 * with {@code --data-only} and psql reads. PostgreSQL as we bring it has no pg_dump, and one of
 * another version refuses.
 */
public final class DatabaseDump {
  private static final String SCHEMAS =
      """
      select table_schema from information_schema.tables
        where table_name = 'flyway_schema_history' and has_schema_privilege(table_schema, 'usage')
        order by 1\
      """;

  private static final String TABLES =
      """
      select table_name from information_schema.tables
        where table_schema = :schema and table_type = 'BASE TABLE' order by 1\
      """;

  private static final String REFERENCES =
      """
      select child.relname as child, parent.relname as parent
        from pg_constraint c join pg_class child on child.oid = c.conrelid
          join pg_class parent on parent.oid = c.confrelid
          join pg_namespace n on n.oid = child.relnamespace
        where c.contype = 'f' and n.nspname = :schema and c.conrelid <> c.confrelid\
      """;

  private static final String COLUMNS =
      """
      select column_name from information_schema.columns
        where table_schema = :schema and table_name = :table and is_generated = 'NEVER'
        order by ordinal_position\
      """;

  private static final String SEQUENCES =
      "select sequencename, last_value from pg_sequences where schemaname = :schema and last_value is not null";

  private final ServiceDatabase database;

  public DatabaseDump(ServiceDatabase database) {
    this.database = database;
  }

  /**
   * Writes it.
   *
   * @throws IOException when it cannot be written
   */
  public void write(Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      boolean _ =
          database.read(handle ->
              handle.inTransaction(
                  TransactionIsolationLevel.REPEATABLE_READ,
                  inside -> {
                    write(inside, out);
                    return true;
                  }));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void write(Handle handle, OutputStream out) {
    try {
      CopyManager copies = handle.getConnection().unwrap(PGConnection.class).getCopyAPI();
      line(out, "-- homecloud dump 1");
      for (String schema : handle.createQuery(SCHEMAS).mapTo(String.class).list()) {
        String quoted = quoted(schema);
        int version =
            handle
                .createQuery(
                    "select max(installed_rank) from %s.flyway_schema_history where success"
                        .formatted(quoted))
                .mapTo(Integer.class)
                .one();
        line(out, "-- schema " + schema + " at " + version);
        for (String table : parentsFirst(handle, schema)) {
          String columns =
              handle
                  .createQuery(COLUMNS)
                  .bind("schema", schema)
                  .bind("table", table)
                  .mapTo(String.class)
                  .stream()
                  .map(DatabaseDump::quoted)
                  .collect(Collectors.joining(", "));
          String target = quoted + "." + quoted(table) + " (" + columns + ")";
          line(out, "COPY " + target + " FROM stdin;");
          long _ = copies.copyOut("COPY " + target + " TO STDOUT", out);
          line(out, "\\.");
        }
        handle
            .createQuery(SEQUENCES)
            .bind("schema", schema)
            .map((row, _) ->
                "SELECT pg_catalog.setval('%s.%s', %d, true);"
                    .formatted(quoted, quoted(row.getString(1)), row.getLong(2)))
            .forEach(sentence -> line(out, sentence));
      }
      line(out, "-- end");
    } catch (SQLException e) {
      throw new IllegalStateException("the database cannot be dumped", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** So that what refers to rows comes after them. */
  private static List<String> parentsFirst(Handle handle, String schema) {
    List<String> left =
        new ArrayList<>(
            handle.createQuery(TABLES).bind("schema", schema).mapTo(String.class).list());
    List<List<String>> references =
        handle
            .createQuery(REFERENCES)
            .bind("schema", schema)
            .map((row, _) -> List.of(row.getString("child"), row.getString("parent")))
            .list();
    List<String> ordered = new ArrayList<>();
    while (!left.isEmpty()) {
      List<String> free =
          left.stream()
              .filter(table ->
                  references.stream()
                      .noneMatch(
                          pair -> pair.getFirst().equals(table) && left.contains(pair.getLast())))
              .toList();
      List<String> next = free.isEmpty() ? List.copyOf(left) : free;
      ordered.addAll(next);
      left.removeAll(next);
    }
    return ordered;
  }

  private static void line(OutputStream out, String text) {
    try {
      out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
