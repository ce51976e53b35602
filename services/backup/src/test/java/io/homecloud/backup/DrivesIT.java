package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.completed;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.message;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.runs;
import static io.homecloud.backup.Asking.snapshots;
import static io.homecloud.backup.Asking.state;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.Asking.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.Elsewhere;
import io.homecloud.testkit.EventSchemas;
import io.homecloud.testkit.TestKafka;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Drives that come and go, are swapped, and are pulled out when nobody should. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DrivesIT {
  @Inject TestClock clock;

  @AfterEach
  void setRight() {
    clock.setRight();
  }

  private static Response repository(String name) {
    return asking().get(API + "/repositories/" + name);
  }

  private static String condition(Response resource, String type) {
    return resource.path("status.conditions.find{it.type=='%s'}.status".formatted(type));
  }

  @Test
  void twoDrivesAreSwappedAndEachKnowsWhatItHas() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "as it was");
    Drive blue = Drive.made("ext4", "blue", 64L << 20);
    Drive red = Drive.made("btrfs", "red", 200L << 20).unplugged();
    var _ =
        made(
            API + "/repositories",
            name,
            "{'engine':'rsync','url':'drive:%s,%s/homecloud'}".formatted(blue.uuid(), red.uuid()));

    // When
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%1$s','sources':[{'volume':'%1$s'}],'onAttach':true}".formatted(name));

    // Then
    completed(name, 1);
    String first = runs(name).getFirst();
    eventually(() -> {
      Response set = repository(name);
      assertThat(blue.in(set, "runs")).as(set.asString()).isEqualTo(1);
      assertThat(blue.in(set, "label")).isEqualTo("blue");
      assertThat(blue.in(set, "safeToRemove")).as(set.asString()).isEqualTo(true);
      assertThat(red.in(set, "present")).isEqualTo(false);
      assertThat(condition(set, "SafeToRemove")).isEqualTo("True");
      assertThat(blue.isMounted()).isFalse();
      Response plan = asking().get(API + "/plans/" + name);
      assertThat(condition(plan, "DriveDue")).as(plan.asString()).isEqualTo("True");
      assertThat(plan.<String>path("status.driveDue")).isEqualTo(red.uuid());
    });
    eventually(() -> {
      List<String> told =
          TestKafka.messages("homecloud.backup").stream()
              .filter(event -> event.contains("drive.due.v1") && event.contains(red.uuid()))
              .toList();
      assertThat(told).hasSize(1);
      assertThat(EventSchemas.violations(told.getFirst())).isEmpty();
    });

    // When they are swapped
    Drive away = blue.unplugged();
    Drive here = red.pluggedIn();

    // Then
    completed(name, 2);
    String second = runs(name).stream().filter(run -> !run.equals(first)).findFirst().orElseThrow();
    eventually(() -> {
      Response set = repository(name);
      assertThat(blue.in(set, "present")).isEqualTo(false);
      assertThat(blue.in(set, "runs")).isEqualTo(1);
      assertThat(red.in(set, "runs")).isEqualTo(1);
      assertThat(set.<Integer>path("status.runs")).isEqualTo(2);
      assertThat(condition(asking().get(API + "/plans/" + name), "DriveDue")).isEqualTo("False");
    });
    String file = "/files/" + name + "/a.txt";
    assertThat(asking().get(API + "/runs/" + second + file).asString()).isEqualTo("as it was");
    assertProblem(asking().get(API + "/runs/" + first + file), 409, "repository-away");
    assertThat(state("runs", first)).isEqualTo("Completed");

    // And when the other is there too
    Drive _ = away.pluggedIn();

    // Then
    eventually(() -> {
      Response there = asking().get(API + "/runs/" + first + file);
      assertThat(there.statusCode()).isEqualTo(200);
      assertThat(there.asString()).isEqualTo("as it was");
    });
    completed(name, 3);
    eventually(() -> assertThat(here.isMounted()).isFalse());
    eventually(() -> assertThat(snapshots()).isEmpty());
  }

  /** A repository on one drive alone. */
  private static void set(String name, Drive drive) {
    var _ =
        made(
            API + "/repositories",
            name,
            "{'engine':'rsync','url':'drive:%s/homecloud'}".formatted(drive.uuid()));
  }

  /** Changes a plan and waits until that was looked at. */
  private static void change(String plan, String spec) {
    asking()
        .body("{\"spec\":%s}".formatted(spec.replace('\'', '"')))
        .patch(API + "/plans/" + plan + "?wait=60s")
        .then()
        .statusCode(200);
  }

  private static Instant lastAttach(String plan) {
    return Instant.parse(asking().get(API + "/plans/" + plan).path("status.lastAttach"));
  }

  @Test
  void aDriveThatCameWhileTheClockWasAheadComesOnce() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Drive drive = Drive.made("ext4", "early", 64L << 20).unplugged();
    var _ =
        Asking.post(
            API + "/repositories",
            "{'metadata':{'name':'%s'},'spec':{'engine':'rsync','url':'drive:%s/homecloud'}}"
                .formatted(name, drive.uuid()));
    Asking.plan(name, name, name, "");
    clock.set(Instant.now().plus(Duration.ofDays(2)));
    Drive here = drive.pluggedIn();
    eventually(() -> assertThat(lastAttach(name)).isAfter(Instant.now()));

    // When
    clock.setRight();
    change(name, "{'onAttach':true}");

    // Then, as time goes by
    Instant right = lastAttach(name);
    assertThat(right).isBefore(Instant.now());
    eventually(() -> assertThat(Instant.now()).isAfter(right.plusSeconds(2)));
    change(name, "{'retention':{'last':7}}");
    assertThat(runs(name)).isEmpty();
    assertThat(lastAttach(name)).isEqualTo(right);

    // And when it comes again
    eventually(() -> assertThat(here.isMounted()).isFalse());
    Drive away = here.unplugged();
    eventually(() -> assertThat(away.in(repository(name), "present")).isEqualTo(false));
    Drive _ = away.pluggedIn();

    // Then
    completed(name, 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "btrfs"})
  void aDriveThatIsPulledOutMeanwhileFailsTheRunAndIsGoneOnWithWhenItIsBack(String type)
      throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "a");
    Drive drive = Drive.made(type, "pulled", 300L << 20);
    set(name, drive);
    // Slow enough to be in the middle of it.
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%1$s','sources':[{'volume':'%1$s'}],'bandwidth':[{'limit':'1Mi'}]}"
                .formatted(name));
    String first = run(name).path("metadata.name");
    assertThat(state("runs", first)).isEqualTo("Completed");
    String _ = Shell.in(files, "head -c 40000000 /dev/urandom > large; echo new > b.txt");

    // When
    String pulled = Asking.order(name);
    eventually(() ->
        assertThat(
                Shell.in(drive.place(), "find . -path '*incomplete*' -name '.large.*' -size +1M"))
            .isNotEmpty());
    Path copy = drive.pulledOut();

    // Then
    Response failed = ended("runs", pulled);
    assertThat(reason(failed)).as(failed.asString()).isEqualTo("DriveGone");
    assertThat(message(failed)).contains("unplugged", drive.uuid());
    eventually(() -> assertThat(snapshots()).isEmpty());
    eventually(() -> {
      assertThat(drive.in(repository(name), "present")).isEqualTo(false);
      assertThat(drive.isMounted()).isFalse();
    });
    assertProblem(asking().get(API + "/runs/" + first + "/files/" + name), 409, "repository-away");

    // And when it is back
    asking()
        .body("{\"spec\":{\"bandwidth\":null}}")
        .patch(API + "/plans/" + name)
        .then()
        .statusCode(200);
    Drive back = drive.back(copy);

    // Then
    eventually(() -> {
      List<String> states = asking().get(API + "/runs?plan=" + name).path("items.status.state");
      assertThat(states).containsExactlyInAnyOrder("Completed", "Failed", "Completed");
    });
    assertThat(state("runs", pulled)).isEqualTo("Failed");
    String last =
        runs(name).stream()
            .filter(run -> !List.of(first, pulled).contains(run))
            .findFirst()
            .orElseThrow();
    assertThat(asking().get(API + "/runs/" + last + "/files/" + name + "/b.txt").asString())
        .isEqualTo("new\n");
    eventually(() -> assertThat(back.isMounted()).isFalse());
    Path trees = BackupHouse.disks().mount(back.device()).resolve("homecloud/" + name);
    assertThat(Shell.everything(trees.resolve("latest/" + name)))
        .isEqualTo(Shell.everything(files));
    assertThat(Shell.in(trees.resolve("runs"), "ls -d *Z* | wc -l")).isEqualTo("2");
  }

  @Test
  void whatIsPinnedWhileItsDriveIsInTheDrawerIsPinnedThereToo() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Drive drive = Drive.made("ext4", "drawer", 64L << 20);
    set(name, drive);
    Asking.plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    assertThat(state("runs", run)).isEqualTo("Completed");
    eventually(() -> assertThat(drive.isMounted()).isFalse());
    Drive away = drive.unplugged();
    eventually(() -> assertThat(reason(repository(name))).isEqualTo("NoDrive"));

    // When
    asking().body("").post(API + "/runs/" + run + "/pin?wait=60s").then().statusCode(200);
    Drive back = away.pluggedIn();

    // Then
    Path copies = BackupHouse.disks().mount(back.device()).resolve("homecloud/" + name);
    eventually(() -> assertThat(Shell.in(copies, "ls runs/*.pinned | wc -l")).isEqualTo("1"));
  }

  @Test
  void aDriveIsNotSafeToRemoveWhileARunUsesIt() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    String _ = Shell.in(files, "head -c 20000000 /dev/urandom > large");
    Drive drive = Drive.made("ext4", "used", 64L << 20);
    set(name, drive);
    Asking.plan(name, name, name, ",'bandwidth':[{'limit':'2Mi'}]");
    eventually(() -> assertThat(condition(repository(name), "SafeToRemove")).isEqualTo("True"));

    // When
    String run = Asking.order(name);

    // Then
    eventually(() -> {
      Response set = repository(name);
      assertThat(condition(set, "SafeToRemove")).as(set.asString()).isEqualTo("False");
      assertThat(drive.in(set, "safeToRemove")).isEqualTo(false);
      assertThat(state("runs", run)).isEqualTo("Running");
    });
    assertThat(ended("runs", run).<String>path("status.state")).isEqualTo("Completed");
    eventually(() -> {
      assertThat(condition(repository(name), "SafeToRemove")).isEqualTo("True");
      assertThat(drive.isMounted()).isFalse();
    });
  }

  @Test
  void whatSomebodyElseHasMountedIsSafeToRemoveOnceTheyLetGo() throws Exception {
    // Given
    String name = freshName();
    Drive drive = Drive.made("ext4", "kept", 64L << 20);
    Path mounted = BackupHouse.disks().directory().resolve(name);
    String held = "mount %s /mnt && touch %s && exec sleep 50".formatted(drive.device(), mounted);
    Thread other =
        Thread.startVirtualThread(() -> {
          try {
            String _ =
                Shell.must(Elsewhere.command(BackupHouse.disks().directory(), "sh", "-c", held));
          } catch (CancellationException ended) {
            // As below.
          }
        });

    // When
    try {
      eventually(() -> assertThat(mounted).exists());
      var _ =
          made(
              API + "/repositories",
              name,
              "{'engine':'rsync','url':'drive:%s/homecloud'}".formatted(drive.uuid()));
      eventually(() -> {
        Response set = repository(name);
        assertThat(condition(set, "SafeToRemove")).as(set.asString()).isEqualTo("False");
        assertThat(drive.in(set, "runs")).isEqualTo(0);
        assertThat(drive.isMounted()).isFalse();
      });
    } finally {
      other.interrupt();
      other.join();
    }

    // Then
    eventually(() -> assertThat(condition(repository(name), "SafeToRemove")).isEqualTo("True"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFreshDriveJoinsTheRepositoryThatAnotherOneHas(boolean freshFirst) throws IOException {
    // Given: a drive that was a repository by itself, of which nothing is known any more
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Drive old = Drive.made("ext4", "old", 100L << 20);
    String alone = "{'engine':'rsync','url':'drive:%s/homecloud'}".formatted(old.uuid());
    var _ = made(API + "/repositories", name, alone);
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%1$s','sources':[{'volume':'%1$s'}]}".formatted(name));
    assertThat(run(name).<String>path("status.state")).isEqualTo("Completed");
    asking().delete(API + "/plans/" + name + "?wait=60s").then().statusCode(204);
    asking().delete(API + "/repositories/" + name + "?wait=60s").then().statusCode(204);
    Drive fresh = Drive.made("ext4", "fresh", 100L << 20);
    String both = freshFirst ? fresh.uuid() + "," + old.uuid() : old.uuid() + "," + fresh.uuid();

    // When
    String set = freshName();
    var _ =
        made(
            API + "/repositories",
            set,
            "{'engine':'rsync','url':'drive:%s/homecloud'}".formatted(both));

    // Then
    eventually(() -> {
      Response now = repository(set);
      assertThat(old.in(now, "runs")).as(now.asString()).isEqualTo(1);
      assertThat(fresh.in(now, "runs")).as(now.asString()).isEqualTo(0);
      assertThat(fresh.in(now, "problem")).isNull();
      assertThat(old.in(now, "problem")).isNull();
    });
  }

  @Test
  void whatIsNoDriveOfASetIsRefusedOrTold() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Drive drive = Drive.made("ext4", "other", 64L << 20);
    String repositories = API + "/repositories";

    // When, Then
    for (String url :
        List.of(
            "drive:/x",
            "drive:nonsense/x",
            "drive:" + drive.uuid(),
            "drive:" + drive.uuid() + "/../x",
            "drive:" + drive.uuid() + "," + drive.uuid() + "/x")) {
      assertProblem(
          wish(repositories, name, "{'engine':'rsync','url':'%s'}".formatted(url)),
          422,
          "url-refused");
    }
    var _ =
        made(
            repositories,
            name,
            "{'engine':'rsync','url':'drive:%s/homecloud','swapAfter':3}".formatted(drive.uuid()));
    assertProblem(
        wish(
            repositories,
            name + "-2",
            "{'engine':'rsync','url':'drive:%s/homecloud/in'}".formatted(drive.uuid())),
        409,
        "url-taken");
    String pool = asking().get(Asking.STORAGE + "/pools/home").path("metadata.uid");
    var _ =
        Asking.post(
            repositories,
            "{'metadata':{'name':'%s-3'},'spec':{'engine':'rsync','url':'drive:%s/homecloud'}}"
                .formatted(name, pool));
    eventually(() -> {
      Response ofPool = repository(name + "-3");
      assertThat(reason(ofPool)).as(ofPool.asString()).isEqualTo("DriveProblem");
      assertThat(message(ofPool)).contains("pool home");
    });
    Drive _ = drive.unplugged();
    eventually(() -> assertThat(reason(repository(name))).isEqualTo("NoDrive"));
  }
}
