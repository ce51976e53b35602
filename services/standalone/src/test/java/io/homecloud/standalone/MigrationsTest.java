package io.homecloud.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Migrations only add: the version before runs on the tables of the next one, after {@code helm
 * rollback} and while two nodes have two versions. What is not needed any more goes a version
 * later.
 */
class MigrationsTest {
  /** File names of those that do more, and are right: nobody who misses it is there any more. */
  private static final Set<String> MORE = Set.of();

  private static final Pattern COMMENT = Pattern.compile("(?m)--.*$");
  private static final Pattern BODY = Pattern.compile("(?s)\\$\\$.*?\\$\\$");

  /** Of these the version before sees nothing. A unique index refuses what it may write. */
  private static final Pattern NEW =
      Pattern.compile("(create (table|sequence|index|function|trigger)|insert into) .*");

  private static final Pattern COLUMNS =
      Pattern.compile("alter table \\w+ add column .*?(, add column .*)*");
  private static final Pattern STORAGE = Pattern.compile("alter table \\w+ set \\(.*\\)");

  /** In a column: what refuses a row that is written without it; behind it: what is no column. */
  private static final Pattern STRICT =
      Pattern.compile(".*( (unique|check|references|primary key)|, ?(drop|alter|rename|add))\\b.*");

  @Test
  void theVersionBeforeRunsOnTheTablesOfTheNext() throws IOException {
    // When
    List<String> more;
    try (Stream<Path> services = Files.list(Script.ROOT.resolve("services"))) {
      more =
          services
              .flatMap(service -> files(service.resolve("src/main/resources/db")))
              .filter(file -> !MORE.contains(file.getFileName().toString()))
              .flatMap(MigrationsTest::statements)
              .filter(statement -> !adds(statement))
              .toList();
    }

    // Then
    assertThat(more)
        .as("what the version before cannot stand; let it go a version later, or add to MORE")
        .isEmpty();
  }

  @Test
  void whatTakesAwayOrTightensIsSeen() {
    // When, Then
    assertThat(
            Stream.of(
                "drop table note",
                "truncate note",
                "delete from note",
                "alter table note drop column words",
                "alter table note rename column words to text",
                "alter table note alter column words set not null",
                "alter table note add constraint short check (length(words) < 9)",
                "alter table note add column author text not null",
                "alter table note add column author text, add column day date not null",
                "alter table note add column author text default '' unique",
                "alter table note add column author text, drop column words",
                "create unique index note_words on note (words)"))
        .noneMatch(MigrationsTest::adds);
    assertThat(
            Stream.of(
                "create table mark (uid uuid primary key)",
                "alter table note set (fillfactor = 60)",
                "alter table note add column author text",
                "alter table note add column author text, add column old boolean not null default false"))
        .allMatch(MigrationsTest::adds);
  }

  private static Stream<Path> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return Stream.empty();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean adds(String statement) {
    if (COLUMNS.matcher(statement).matches()) {
      return Stream.of(statement.split(", add column "))
          .allMatch(column ->
              !STRICT.matcher(column).matches()
                  && (!column.contains(" not null") || column.contains(" default ")));
    }
    return NEW.matcher(statement).matches() || STORAGE.matcher(statement).matches();
  }

  /** In small letters and on one line each, without comments and what functions do. */
  private static Stream<String> statements(Path file) {
    try {
      String text = COMMENT.matcher(Files.readString(file)).replaceAll("");
      return Stream.of(BODY.matcher(text).replaceAll("").split(";"))
          .map(statement -> statement.replaceAll("\\s+", " ").strip().toLowerCase(Locale.ROOT))
          .filter(statement -> !statement.isEmpty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
