package io.homecloud.backup.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.backup.BackupHouse;
import io.homecloud.embedded.postgres.PostgresAccess;
import io.homecloud.events.database.ServiceDatabase;
import io.homecloud.testkit.TestPostgres;
import io.homecloud.testkit.TestServers;
import io.quarkus.flyway.FlywayDataSource;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** The database of a copy in one that this release has begun, whichever release made the copy. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class RestoredDatabaseIT {
  private static final String RESOURCE =
      """
      insert into resource (uid, kind, name, node, revision, spec, created_at, created_by)
        values (gen_random_uuid(), 'Plan', 'nightly', 'tower', 7, '{}', now(), 'anna')\
      """;

  /** A migration that this release does not have. */
  private static final String NEWER =
      """
      insert into flyway_schema_history (installed_rank, version, description, type, script, checksum,
          installed_by, execution_time, success)
        values (?, ?, ?, 'SQL', 'V.sql', 1, 'newer', 0, true)\
      """;

  private final PGSimpleDataSource here = database();
  private final PGSimpleDataSource elsewhere = database();

  @TempDir Path directory;

  /** With the names of scripts that the application gives it. */
  @Inject
  @FlywayDataSource("backup")
  Flyway application;

  @Test
  void theCopyOfAnOlderReleaseIsBroughtUpToDate() throws IOException {
    // Given: that release had some migrations only, and not the first ones of these
    var _ = older(elsewhere).migrate();
    Jdbi.create(elsewhere).useHandle(handle -> handle.execute(RESOURCE));
    Path dump = dump(elsewhere);
    Flyway ours = ours(here);
    var _ = ours.migrate();
    List<String> tables = tables(here);

    // When
    restored(dump, ours).load();

    // Then
    assertThat(tables(here)).isEqualTo(tables).contains("clock_step", "kept_document");
    assertThat(names(here)).containsExactly("nightly");
    ours.validate();
    assertThat(ours.info().pending()).isEmpty();
    assertThat(dump.getParent()).doesNotExist();
    // And what came later works with what is older
    Jdbi.create(here)
        .useHandle(handle -> {
          handle.execute("update resource set kept_at = 'plans/nightly'");
          handle.execute("delete from resource");
        });
    assertThat(count(here, "gone_wish")).isOne();
  }

  @Test
  void itIsBroughtUpToDateAlsoWhenTheFirstTimeWasCutOff() throws IOException {
    // Given: killed when the rows were there and the dump too
    var _ = older(elsewhere).migrate();
    Jdbi.create(elsewhere).useHandle(handle -> handle.execute(RESOURCE));
    Path dump = dump(elsewhere);
    Path again = Files.copy(dump, directory.resolve("again"));
    Flyway ours = ours(here);
    var _ = ours.migrate();
    restored(dump, ours).load();
    Files.createDirectory(dump.getParent());
    Files.copy(again, dump);

    // When
    restored(dump, ours).load();

    // Then
    assertThat(names(here)).containsExactly("nightly");
    assertThat(ours.info().pending()).isEmpty();
  }

  @Test
  void theCopyOfANewerReleaseWaitsForThatOne() throws IOException {
    // Given
    Flyway newer = ours(elsewhere);
    var _ = newer.migrate();
    Jdbi.create(elsewhere).useHandle(handle -> handle.execute(RESOURCE));
    Path dump = dump(elsewhere);
    Flyway older = older(here);
    var _ = older.migrate();

    // When
    assertThatThrownBy(() -> restored(dump, older).load())
        .hasMessageContaining("newer release of homecloud; start with that one");

    // Then: that one starts
    Flyway ours = ours(here);
    var _ = ours.migrate();
    restored(dump, ours).load();
    assertThat(names(here)).containsExactly("nightly");
  }

  @Test
  void tablesThatANewerReleaseHasMigratedAreTaken() {
    // Given: one of its migrations is newer than all of these, one is in between
    Flyway ours = ours(here);
    var _ = ours.migrate();
    Jdbi.create(here)
        .useHandle(handle -> {
          handle.execute(NEWER, 901, "5.5", "in between");
          handle.execute(NEWER, 902, "999999", "newer");
        });

    // When: the release before starts on them
    MigrateResult started = ours(here).migrate();

    // Then
    assertThat(started.success).isTrue();
    assertThat(started.migrationsExecuted).isZero();
  }

  @Test
  void aDumpThatIsCutOffChangesNothing() throws IOException {
    // Given
    var _ = older(elsewhere).migrate();
    Path dump = dump(elsewhere);
    Files.writeString(dump, Files.readString(dump).replace("-- end\n", ""));
    Flyway ours = ours(here);
    var _ = ours.migrate();
    Jdbi.create(here).useHandle(handle -> handle.execute(RESOURCE));

    // When
    assertThatThrownBy(() -> restored(dump, ours).load()).hasMessageContaining("is cut off");

    // Then
    assertThat(names(here)).containsExactly("nightly");
    assertThat(dump).exists();
  }

  private RestoredDatabase restored(Path dump, Flyway flyway) {
    return new RestoredDatabase(here, List.of(flyway), dump);
  }

  private Path dump(PGSimpleDataSource source) throws IOException {
    Path dump = Files.createDirectory(directory.resolve("restore")).resolve("dump.sql");
    try (ServiceDatabase database = new ServiceDatabase(source, "backup")) {
      new DatabaseDump(database).write(dump);
    }
    return dump;
  }

  private Flyway ours(PGSimpleDataSource source) {
    return Flyway.configure()
        .configuration(application.getConfiguration())
        .dataSource(source)
        .load();
  }

  private Flyway older(PGSimpleDataSource source) {
    return Flyway.configure()
        .configuration(application.getConfiguration())
        .dataSource(source)
        .target("6")
        .load();
  }

  private static List<String> tables(PGSimpleDataSource source) {
    return Jdbi.create(source)
        .withHandle(handle ->
            handle
                .createQuery(
                    "select table_name from information_schema.tables where table_schema = 'backup' order by 1")
                .mapTo(String.class)
                .list());
  }

  private static List<String> names(PGSimpleDataSource source) {
    return Jdbi.create(source)
        .withHandle(
            handle -> handle.createQuery("select name from resource").mapTo(String.class).list());
  }

  private static int count(PGSimpleDataSource source, String table) {
    return Jdbi.create(source)
        .withHandle(handle ->
            handle.createQuery("select count(*) from " + table).mapTo(Integer.class).one());
  }

  private static PGSimpleDataSource database() {
    PostgresAccess access = TestPostgres.freshDatabase();
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(access.jdbcUrl());
    source.setCurrentSchema("backup");
    source.setUser(access.user());
    source.setPassword(access.password());
    return source;
  }
}
