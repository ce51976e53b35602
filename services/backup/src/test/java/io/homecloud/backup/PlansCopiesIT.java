package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.change;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.engine.FoundCopy;
import io.homecloud.backup.repository.FoundRuns;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunState;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Draft;
import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Whose copies are whose, how long they stay, and what is told and measured of them. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class PlansCopiesIT {
  @Inject BackupControl control;

  private static String completed(String plan) {
    Response run = run(plan);
    assertThat(run.<String>path("status.state")).as(run.asString()).isEqualTo("Completed");
    return run.path("metadata.name");
  }

  private static List<String> kept(String plan) {
    return asking().get(API + "/plans/" + plan + "/preview").path("runs.run");
  }

  private static void delete(String what) {
    asking().delete(API + what + "?wait=60s").then().statusCode(204);
  }

  private static void attach(String name, Path root) {
    var _ =
        made(
            API + "/repositories",
            name,
            "{'engine':'rsync','url':'%s'}"
                .formatted(root.toUri().toString().replaceAll("/$", "")));
  }

  @Test
  void aPlanThatCopiesElsewhereKeepsWhatItHasInTheFirstPlace() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path disk = target("ext4", 64L << 20);
    Path _ = repository(name, disk);
    Path _ = repository(name + "-2", disk);
    plan(name, name, name, ",'retention':{'last':1}");
    String old = completed(name);

    // When
    change(name, "{'repository':'" + name + "-2'}");
    String middle = completed(name);
    String newest = completed(name);

    // Then each place keeps its last one
    eventually(() -> assertThat(kept(name)).containsExactly(newest, old));
    eventually(() -> asking().get(API + "/runs/" + middle).then().statusCode(404));
    asking().get(API + "/runs/" + old).then().statusCode(200);
  }

  @Test
  void aRunThatIsDeletedWhileItsCopyIsListedDoesNotComeBack() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String run = completed(name);
    String _ = completed(name);
    var rows = control.plane().resources();
    var repository = rows.find(BackupKinds.REPOSITORY, new Name(name)).orElseThrow();
    Resource<RunSpec, RunStatus> row = rows.find(BackupKinds.RUN, new Name(run)).orElseThrow();
    RunMark mark =
        new RunMark(
            RunMark.FORMAT,
            row.uid(),
            row.name(),
            new Name(name),
            UUID.randomUUID(),
            "testnode",
            row.spec().at(),
            row.spec().at(),
            List.of(),
            RunMark.Contents.NONE);
    List<FoundCopy> listed =
        List.of(
            new FoundCopy(
                Objects.requireNonNull(Objects.requireNonNull(row.status()).tree()),
                row.spec().at(),
                mark,
                false));
    FoundRuns copies = control.runFeature().copies();

    // When
    Set<UUID> before = copies.known();
    delete("/runs/" + run);
    copies.seen(repository, before, listed);

    // Then
    asking().get(API + "/runs/" + run).then().statusCode(404);

    // And what nobody knew of before
    copies.seen(repository, Set.of(), listed);
    asking().get(API + "/runs/" + run).then().statusCode(200);
  }

  @Test
  void theLastCopyOfAVolumeThatWasMadeAnewStaysUntilSomebodyDeletesIt() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "years of photos");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, ",'retention':{'last':1}");
    String _ = completed(name);
    String good = completed(name);
    Response gone = asking().delete(Asking.STORAGE + "/volumes/" + name + "?wait=60s");
    assertThat(gone.statusCode()).as(gone.asString()).isEqualTo(204);

    // When
    Path _ = volume(name);
    String _ = completed(name);
    String empty = completed(name);

    // Then
    eventually(() -> assertThat(kept(name)).containsExactly(empty, good));
    eventually(() -> {
      Response plan = asking().get(API + "/plans/" + name);
      assertThat(Asking.condition(plan, "VolumeReplaced", "status")).isEqualTo("True");
      assertThat(Asking.condition(plan, "VolumeReplaced", "message")).contains(name, good);
    });
    assertThat(asking().get(API + "/plans/" + name + "/preview").asString())
        .contains("the newest of a volume that was made anew");
    assertThat(asking().accept("text/html").get("/backups/plans/" + name).asString())
        .contains("keeps what it has of a volume that was made anew or is not copied any more");
    assertThat(asking().get(API + "/runs/" + good + "/files/" + name + "/a.txt").asString())
        .isEqualTo("years of photos");

    // And when somebody deletes it
    delete("/runs/" + good);
    String last = completed(name);

    // Then
    eventually(() -> {
      assertThat(kept(name)).containsExactly(last);
      Response plan = asking().get(API + "/plans/" + name);
      assertThat(Asking.condition(plan, "VolumeReplaced", "status")).isEqualTo("False");
    });
  }

  @Test
  void copiesThatAreThereBeforeTheirPlanBelongToIt() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String run = completed(name);

    // When
    delete("/plans/" + name);
    plan(name, name, name, "");

    // Then
    eventually(() -> assertThat(kept(name)).containsExactly(run));
    assertThat(asking().get(API + "/plans/" + name).<String>path("status.lastSuccess")).isNotNull();

    // And when the repository is found anew too
    delete("/plans/" + name);
    delete("/repositories/" + name);
    asking().get(API + "/runs/" + run).then().statusCode(404);
    attach(name, root);
    asking().get(API + "/runs/" + run).then().statusCode(200);
    plan(name, name, name, ",'retention':{'last':1}");

    // Then
    eventually(() -> assertThat(kept(name)).containsExactly(run));
    String next = completed(name);
    eventually(() -> assertThat(kept(name)).containsExactly(next));
  }

  @Test
  void twoInstallationsHavePlansOfOneNameInOneRepository() throws IOException {
    // Given: copies that are another installation's
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "theirs");
    Path root = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String theirs = completed(name);
    delete("/plans/" + name);
    delete("/repositories/" + name);
    String other = UUID.randomUUID().toString();
    String _ =
        Shell.in(
            root,
            "sed -i -E 's/(\"installation\" *: *\")[^\"]*/\\1%s/' homecloud-repository.json '%s'/homecloud-plan.json '%s'/runs/*Z/homecloud-run.json"
                .formatted(other, name, name));
    attach(name, root);

    // When
    file(files, "a.txt", "ours");
    plan(name, name, name, ",'retention':{'last':1}");
    String _ = completed(name);
    String ours = completed(name);

    // Then
    Response found = asking().get(API + "/runs/" + theirs);
    assertThat(found.<String>path("spec.installation")).isEqualTo(other);
    Response own = asking().get(API + "/runs/" + ours);
    assertThat(own.<String>path("spec.installation")).isNull();
    assertThat(own.<String>path("status.tree")).matches(name + "@[0-9a-f]{8}/runs/.*");
    eventually(() -> assertThat(kept(name)).containsExactly(ours));
    for (var one : Map.of(theirs, "theirs", ours, "ours").entrySet()) {
      String read = API + "/runs/" + one.getKey() + "/files/" + name + "/a.txt";
      assertThat(asking().get(read).asString()).isEqualTo(one.getValue());
    }
    assertThat(root.resolve(name + "/latest/" + name + "/a.txt")).hasContent("theirs");
    Response refused = asking().delete(API + "/runs/" + theirs);
    assertProblem(refused, 409, "run-of-another");
    String tree = found.path("status.tree");
    assertThat(refused.<String>path("detail")).contains(other, tree, "by hand");

    // And when there is no such installation any more, and somebody deletes its copy by hand
    String _ = Shell.in(root, "rm -r '%s'".formatted(tree));
    asking().body("").post(API + "/repositories/" + name + "/check").then().statusCode(200);

    // Then its run can go too
    eventually(() -> assertThat(reason(Asking.shown(theirs))).isEqualTo("CopyMissing"));
    asking().delete(API + "/runs/" + theirs + "?wait=60s").then().statusCode(204);
  }

  @Test
  void aCopyThatIsThereIsCompleteWhateverIsBesideIt() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "a");
    Path root = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String _ = completed(name);
    Path inTheWay = root.resolve(name + "/latest.next");
    file(inTheWay, "of somebody", "");

    // When
    file(files, "a.txt", "b");
    String second = completed(name);

    // Then
    Path copy = root.resolve(asking().get(API + "/runs/" + second).<String>path("status.tree"));
    assertThat(copy.resolve(name + "/a.txt")).hasContent("b");

    // And when nothing is in the way any more
    Files.delete(inTheWay.resolve("of somebody"));
    String third = completed(name);

    // Then
    assertThat(root.resolve(name + "/latest").toRealPath().toString())
        .endsWith(asking().get(API + "/runs/" + third).<String>path("status.tree"));
  }

  @Test
  void aCopyWhoseAnswerWasLostIsCompleteAfterAll() throws IOException {
    // Given: it was told as failed, as when the connection was lost while it got its name
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String run = completed(name);
    toldAsFailed(run, false);

    // When
    lookAt(name);

    // Then
    eventually(() -> assertThat(Asking.state("runs", run)).isEqualTo("Completed"));
    Response after = asking().get(API + "/runs/" + run);
    assertThat(after.<Integer>path("status.contents.files")).as(after.asString()).isEqualTo(2);
    assertThat(reason(after)).isEqualTo("Ready");
    assertThat(asking().get(API + "/runs/" + run + "/files/" + name + "/a.txt").asString())
        .isEqualTo("a");

    // And when it is to go, as one that failed long ago, before that is known
    toldAsFailed(run, true);

    // Then it is found again
    eventually(() -> {
      lookAt(name);
      assertThat(Asking.state("runs", run)).isEqualTo("Completed");
    });
  }

  private void toldAsFailed(String run, boolean deleted) {
    var store = control.plane().resources();
    Resource<RunSpec, RunStatus> row = store.find(BackupKinds.RUN, new Name(run)).orElseThrow();
    String tree = asking().get(API + "/runs/" + run).path("status.tree");
    RunStatus failed =
        new RunStatus(
            RunState.Failed, null, null, null, Instant.now(), Instant.now(), tree, 1, List.of());
    store.useTransaction(transaction -> {
      store.observe(transaction, row.uid(), failed, List.of());
      transaction
          .handle()
          .execute(
              "update resource set deletion_requested_at = case when ? then now() end where uid = ?",
              deleted,
              row.uid());
    });
    control.plane().wake(row.uid());
  }

  private void lookAt(String repository) {
    var store = control.plane().resources();
    control
        .plane()
        .wake(store.find(BackupKinds.REPOSITORY, new Name(repository)).orElseThrow().uid());
  }

  @Test
  void aRunThatEndedWithoutSayingSoIsToldAsFailed() {
    // Given: its task is gone
    UUID uid = UUID.randomUUID();
    Name name = new Name(freshName());
    RunSpec spec = new RunSpec(name, name, List.of(), Instant.now(), false, null);
    RunStatus running =
        new RunStatus(RunState.Running, null, null, null, Instant.now(), null, null, 1, List.of());
    var store = control.plane().resources();

    // When
    store.useTransaction(transaction -> {
      var _ =
          store.create(
              transaction,
              BackupKinds.RUN,
              new Draft<>(uid, name, "testnode", null, Map.of(), spec, "test"));
      store.observe(transaction, uid, running, List.of());
    });

    // Then
    eventually(
        () -> assertThat(reason(asking().get(API + "/runs/" + name))).isEqualTo("Interrupted"));
    eventually(() -> {
      List<String> told =
          TestKafka.messages("homecloud.backup").stream()
              .filter(message -> message.contains("io.homecloud.backup.failed.v1"))
              .filter(message -> message.contains(uid.toString()))
              .toList();
      assertThat(told).hasSize(1);
      assertThat(EventSchemas.violations(told.getFirst())).isEmpty();
    });
  }

  @Test
  void whatPlansAndRepositoriesSayIsMeasured() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, ",'schedule':'0 3 * * *'");
    String _ = completed(name);

    // When, then
    eventually(() ->
        assertThat(metrics())
            .containsPattern("homecloud_backup_age_seconds\\{plan=\"" + name + "\",} [0-9]")
            .contains("homecloud_backup_overdue{plan=\"" + name + "\",} 0.0")
            .contains("homecloud_backup_verified{plan=\"" + name + "\",} 0.0")
            .contains("homecloud_backup_last_run_failed{plan=\"" + name + "\",} 0.0")
            .contains("homecloud_backup_repository_available{repository=\"" + name + "\",} 1.0")
            .containsPattern(
                "homecloud_backup_repository_free_bytes\\{repository=\"" + name + "\",} [1-9]"));

    // And when it fails
    Response gone = asking().delete(Asking.STORAGE + "/volumes/" + name + "?wait=60s");
    assertThat(gone.statusCode()).as(gone.asString()).isEqualTo(204);
    assertThat(run(name).<String>path("status.state")).isEqualTo("Failed");

    // Then
    eventually(() ->
        assertThat(metrics())
            .contains("homecloud_backup_last_run_failed{plan=\"" + name + "\",} 1.0"));
    delete("/plans/" + name);
    assertThat(metrics()).doesNotContain("{plan=\"" + name + "\"");
  }

  private static String metrics() {
    return asking()
        .accept("text/plain")
        .get("/q/metrics")
        .then()
        .statusCode(200)
        .extract()
        .asString();
  }
}
