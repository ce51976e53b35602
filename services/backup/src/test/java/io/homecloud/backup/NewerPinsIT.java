package io.homecloud.backup;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.completed;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.runs;
import static io.homecloud.backup.Asking.shown;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pins that the database does not know of: it is one of before, brought back. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class NewerPinsIT {
  @Inject BackupControl control;

  /** The repository is looked at, as at a start. */
  private void look(String repository) {
    control
        .plane()
        .wake(
            UUID.fromString(
                asking().get(API + "/repositories/" + repository).path("metadata.uid")));
  }

  private static boolean pinned(String run) {
    return shown(run).path("spec.pinned");
  }

  private static void pin(String run, boolean pinned) {
    asking()
        .body("{\"spec\":{\"pinned\":" + pinned + "}}")
        .patch(API + "/runs/" + run + "?wait=60s")
        .then()
        .statusCode(200);
  }

  /** As a later database said it, and one of a release that noted no numbers. */
  @ParameterizedTest
  @ValueSource(strings = {"7", ""})
  void aPinOfTreesStaysAndCanBeTakenBack(String wish) throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = Asking.repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String run = order(name);
    completed(name, 1);
    Path pin = root.resolve(shown(run).<String>path("status.tree") + ".pinned");
    assertThat(pin).doesNotExist();

    // When
    Files.writeString(pin, wish);
    look(name);

    // Then
    eventually(() -> assertThat(pinned(run)).isTrue());
    assertThat(pin).exists();

    // And when somebody takes it back
    pin(run, false);

    // Then
    eventually(() -> assertThat(pin).doesNotExist());
    look(name);
    assertThat(pinned(run)).isFalse();
  }

  @Test
  void aPinOfAChainStaysAndCanBeTakenBack() throws IOException {
    // Given
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path root = DuplicityAsking.repository(name, "");
    plan(name, name, name, "");
    String run = order(name);
    completed(name, 1);
    pin(run, true);
    Path pins = root.resolve("homecloud-pins.json");
    eventually(() -> assertThat(Files.readString(pins)).contains("Z"));
    String later = Files.readString(pins).replaceAll("(Z\":)\\d+", "$17");
    pin(run, false);
    eventually(() -> assertThat(Files.readString(pins)).doesNotContain("Z"));

    // When
    Files.writeString(pins, later);
    asking().body("").post(API + "/repositories/" + name + "/check").then().statusCode(200);
    look(name);

    // Then
    eventually(() -> assertThat(pinned(run)).isTrue());
    assertThat(Files.readString(pins)).contains("Z");

    // And when somebody takes it back
    pin(run, false);

    // Then
    eventually(() -> assertThat(Files.readString(pins)).doesNotContain("Z"));
  }

  /** Two runs, of which the repository was seen; where the copy of the first is. */
  private static Path twoRuns(String name) throws IOException {
    file(volume(name), "a.txt", "a");
    Path root = Asking.repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String first = order(name);
    completed(name, 1);
    String _ = order(name);
    completed(name, 2);
    eventually(() ->
        assertThat(asking().get(API + "/repositories/" + name).<Integer>path("status.runs"))
            .isEqualTo(2));
    return root.resolve(shown(first).<String>path("status.tree"));
  }

  private static String of(Path copy, String plan) {
    return asking()
        .get(API + "/runs?plan=" + plan)
        .path("items.find{it.status.tree.endsWith('" + copy.getFileName() + "')}.metadata.name");
  }

  private static void assertPinned(String plan, String run, Path copy) {
    eventually(() -> assertThat(runs(plan)).hasSize(2).contains(run));
    assertThat(pinned(run)).isTrue();
    assertThat(copy).isDirectory();
    assertThat(copy.resolveSibling(copy.getFileName() + ".pinned")).exists();
  }

  @Test
  void whatIsPinnedThereIsNotDeleted() throws IOException {
    // Given
    String name = freshName();
    Path copy = twoRuns(name);
    String first = of(copy, name);
    Files.writeString(copy.resolveSibling(copy.getFileName() + ".pinned"), "7");

    // When
    asking().delete(API + "/runs/" + first + "?wait=60s").then().statusCode(204);
    look(name);

    // Then
    assertPinned(name, first, copy);
  }

  @Test
  void whatIsPinnedJustWhenItIsToBeDeletedStays() throws IOException {
    // Given
    String name = freshName();
    Path copy = twoRuns(name);
    String first = of(copy, name);
    pin(first, true);

    // When: as by a retention that looked before
    var _ =
        control
            .plane()
            .resources()
            .requestDeletion(BackupKinds.RUN, new Name(first), Optional.empty());
    eventually(() -> assertThat(runs(name)).doesNotContain(first));
    look(name);

    // Then
    assertPinned(name, first, copy);
  }
}
