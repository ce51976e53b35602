package io.homecloud.backup.page;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.made;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.BackupHouse;
import io.homecloud.testkit.InABrowser;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is chosen to be brought back, on pages in a real browser without scripts. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class ChoosingInABrowserIT extends InABrowser {

  @BeforeEach
  void aPageOfSomebodyWhoIsSignedIn() {
    page.scripts(false);
    page.cookie(at("/"), "homecloud", TestTokens.administrator());
  }

  private static String at(String path) {
    return at(RestAssured.port, path);
  }

  @Test
  void ofACopyOfSeveralVolumesOneIsChosen() throws IOException {
    // Given
    String one = freshName();
    String two = freshName();
    file(volume(one), "a.txt", "a");
    file(volume(two), "b.txt", "b");
    Path _ = repository(one, target("ext4", 64L << 20));
    var _ =
        made(
            API + "/plans",
            one,
            "{'repository':'%s','sources':[{'volume':'%s'},{'volume':'%s'}]}"
                .formatted(one, one, two));
    String run = run(one).path("metadata.name");

    // When
    page.open(at("/backups/runs/" + run + "/files"));
    // Then
    assertThat(page.text("main"))
        .contains("Each volume is brought back by itself", "Download as zip")
        .doesNotContain("Restore");
    pictures("volumes");

    // When
    page.click("input[value='" + one + "']");
    page.click("input[value='" + two + "']");
    page.loading(() -> page.click(".bar button"));
    // Then
    assertThat(page.text("form.card .log")).isEqualTo(two);
  }

  @Test
  void aPathIsChosenHoweverLongItIs() throws IOException {
    // Given
    String name = freshName();
    String letters = "Ж".repeat(120);
    file(volume(name), String.join("/", letters, letters, letters, letters, "b.txt"), "b");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    page.open(at("/backups/runs/" + run + "/files/" + name));

    // When
    for (int depth = 0; depth < 4; depth++) {
      page.loading(() -> page.click("a.entry"));
    }
    page.click("input[type=checkbox]");
    page.loading(() -> page.click(".bar button"));

    // Then
    assertThat(page.text("form.card .log")).endsWith(letters + "/b.txt");
  }

  @Test
  void whatWasChosenStaysChosenWhenMoreIsLookedAt() throws IOException {
    // Given
    String name = freshName();
    Path files = volume(name);
    for (int i = 100; i < 501; i++) {
      file(files, i + ".txt", "file " + i);
    }
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    String run = run(name).path("metadata.name");
    page.open(at("/backups/runs/" + run + "/files/" + name));

    // When
    page.click("input[value$='/101.txt']");
    page.loading(() -> page.click("button[name=after]"));
    page.click("input[value$='/302.txt']");
    page.loading(() -> page.click("button[name=after]"));
    // Then
    assertThat(page.text("main")).contains("2 files and folders are chosen so far.", "500.txt");
    assertThat(page.has("button[name=after]")).isFalse();
    pictures("more");

    // When
    page.loading(() -> page.click(".bar button"));
    // Then
    assertThat(page.text("form.card .log")).contains("/101.txt", "/302.txt").doesNotContain("500");
    assertThat(page.complaints()).isEmpty();
  }
}
