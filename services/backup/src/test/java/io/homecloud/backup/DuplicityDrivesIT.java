package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.STORAGE;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.assertProblem;
import static io.homecloud.backup.Asking.completed;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.reason;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.runs;
import static io.homecloud.backup.Asking.state;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.backup.DuplicityAsking.PASSPHRASE;
import static io.homecloud.backup.DuplicityAsking.duplicity;
import static io.homecloud.backup.DuplicityAsking.place;
import static io.homecloud.backup.DuplicityAsking.secret;
import static io.homecloud.backup.DuplicityAsking.spec;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Encrypted copies on drives, of which one may lie in somebody else's house. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class DuplicityDrivesIT {
  private static final String DIRECTORY = "homecloud";

  @Inject BackupControl control;

  private static Response set(String name) {
    return asking().get(API + "/repositories/" + name);
  }

  private static void encrypted(String name, Drive... drives) {
    secret(name, "passphrase", PASSPHRASE);
    String uuids = String.join(",", List.of(drives).stream().map(Drive::uuid).toList());
    var _ = made(API + "/repositories", name, spec("drive:" + uuids + "/" + DIRECTORY, name, ""));
  }

  /** What its copy is called: the drive, the chain, the time. */
  private static String tree(String run) {
    return asking().get(API + "/runs/" + run).path("status.tree");
  }

  /** duplicity keeps whole seconds. */
  private static void inWholeSeconds(Path files) {
    String _ = Shell.in(files, "find . -exec touch -d '2001-02-03 04:05:06' {} +");
  }

  /** What is on a drive, read by hand on a machine that has never seen homecloud. */
  private static Path byHand(Drive drive, String plan) throws IOException {
    eventually(() -> assertThat(drive.isMounted()).isFalse());
    Path copies = BackupHouse.disks().mount(drive.device()).resolve(DIRECTORY);
    Path home = place();
    String status = duplicity(home, PASSPHRASE, "collection-status file://" + copies);
    assertThat(status).contains("No orphaned or incomplete");
    String _ =
        duplicity(
            home,
            PASSPHRASE,
            "restore --numeric-owner -r %s file://%s back".formatted(plan, copies));
    return home.resolve("back");
  }

  @Test
  void aDriveIsNotBegunWithoutTheSecretThatItsCopiesAreEncryptedWith() throws IOException {
    // Given: a Secret of a cluster that is not there yet
    String name = freshName();
    Drive away = Drive.made("ext4", "early", 64L << 20).unplugged();
    secret(name, "passphrase", PASSPHRASE);
    Response _ =
        Asking.post(
            API + "/repositories",
            "{'metadata':{'name':'%s'},'spec':%s}"
                .formatted(name, spec("drive:" + away.uuid() + "/" + DIRECTORY, name, "")));
    eventually(() -> assertThat(reason(set(name))).isEqualTo("NoDrive"));
    control.secrets().forget(new Name(name));

    // When
    Drive drive = away.pluggedIn();

    // Then
    eventually(() -> {
      Response set = set(name);
      assertThat(reason(set)).as(set.asString()).isEqualTo("SecretNotUsable");
      assertThat(Asking.message(set)).contains(name);
      assertThat(drive.in(set, "runs")).isNull();
    });

    // And when it is
    secret(name, "passphrase", PASSPHRASE);

    // Then
    eventually(() -> {
      Response set = set(name);
      assertThat(reason(set)).as(set.asString()).isEqualTo("Ready");
      assertThat(drive.in(set, "runs")).isEqualTo(0);
    });
  }

  @Test
  void eachDriveHasAChainOfItsOwnThatNeedsNothingElse() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "as it was");
    Drive blue = Drive.made("ext4", "blue", 64L << 20);
    Drive red = Drive.made("btrfs", "red", 200L << 20).unplugged();
    encrypted(name, blue, red);

    // When
    var _ =
        made(
            API + "/plans",
            name,
            "{'repository':'%1$s','sources':[{'volume':'%1$s'}],'onAttach':true}".formatted(name));
    completed(name, 1);
    String first = runs(name).getFirst();
    file(files, "b.txt", "later");
    inWholeSeconds(files);
    Response second = run(name);

    // Then
    assertThat(second.<String>path("status.state")).as(second.asString()).isEqualTo("Completed");
    assertThat(tree(second.path("metadata.name")))
        .startsWith(blue.uuid() + ":")
        .startsWith(tree(first).substring(0, tree(first).indexOf('/')))
        .isNotEqualTo(tree(first));
    eventually(() -> {
      Response now = set(name);
      assertThat(blue.in(now, "runs")).as(now.asString()).isEqualTo(2);
      assertThat(blue.in(now, "safeToRemove")).as(now.asString()).isEqualTo(true);
      assertThat(blue.isMounted()).isFalse();
    });

    // When they are swapped
    Drive away = blue.unplugged();
    Drive here = red.pluggedIn();

    // Then it begins with all there is
    completed(name, 3);
    String third =
        runs(name).stream()
            .filter(run -> !List.of(first, second.<String>path("metadata.name")).contains(run))
            .findFirst()
            .orElseThrow();
    assertThat(tree(third)).startsWith(red.uuid() + ":").matches(".*:([0-9TZ]+)/\\1");
    String a = "/files/" + name + "/a.txt";
    assertThat(asking().get(API + "/runs/" + third + a).asString()).isEqualTo("as it was");
    assertProblem(asking().get(API + "/runs/" + first + a), 409, "repository-away");
    assertThat(state("runs", first)).isEqualTo("Completed");
    eventually(() -> assertThat(here.in(set(name), "safeToRemove")).isEqualTo(true));

    // And what the one in the drawer has comes back with it
    Drive back = away.pluggedIn();
    String restore = freshName();
    eventually(
        () -> assertThat(asking().get(API + "/runs/" + first + a).statusCode()).isEqualTo(200));
    completed(name, 4);
    Response _ =
        Asking.wish(
            API + "/restores",
            restore,
            "{'run':'%s','target':{'newVolume':{'name':'%s-back','pool':'home'}}}"
                .formatted(second.<String>path("metadata.name"), name));
    Response restored = ended("restores", restore);
    assertThat(restored.<String>path("status.state"))
        .as(restored.asString())
        .isEqualTo("Completed");
    Path volume =
        Path.of(
            asking().get(STORAGE + "/volumes/" + name + "-back").<String>path("status.mountPath"));
    assertThat(Shell.everything(volume)).isEqualTo(Shell.everything(files));
    assertThat(byHand(back, name).resolve("b.txt")).hasContent("later");
    assertThat(byHand(here, name).resolve("a.txt")).hasContent("as it was");
  }

  @Test
  void whatWasHalfOnADriveThatWasPulledOutIsBegunAnew() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    file(files, "a.txt", "a");
    Drive drive = Drive.made("ext4", "pulled", 300L << 20);
    encrypted(name, drive);
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
    inWholeSeconds(files);

    // When
    String pulled = Asking.order(name);
    eventually(() ->
        assertThat(Shell.in(drive.place(), "find . -name 'duplicity-inc.*.vol2.*'")).isNotEmpty());
    Path copy = drive.pulledOut();

    // Then
    Response failed = ended("runs", pulled);
    assertThat(reason(failed)).as(failed.asString()).isEqualTo("DriveGone");
    eventually(() -> {
      assertThat(drive.in(set(name), "present")).isEqualTo(false);
      assertThat(drive.isMounted()).isFalse();
    });

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
    assertThat(Shell.everything(byHand(back, name))).isEqualTo(Shell.everything(files));
  }
}
