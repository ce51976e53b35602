package io.homecloud.backup.page;

import static io.homecloud.backup.Asking.API;
import static io.homecloud.backup.Asking.asking;
import static io.homecloud.backup.Asking.ended;
import static io.homecloud.backup.Asking.file;
import static io.homecloud.backup.Asking.freshName;
import static io.homecloud.backup.Asking.order;
import static io.homecloud.backup.Asking.plan;
import static io.homecloud.backup.Asking.repository;
import static io.homecloud.backup.Asking.run;
import static io.homecloud.backup.Asking.target;
import static io.homecloud.backup.Asking.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupHouse;
import io.homecloud.backup.BackupKinds;
import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskStore;
import io.homecloud.testkit.InABrowser;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is under way, on pages in a real browser. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class JobPagesInABrowserIT extends InABrowser {
  @Inject BackupControl control;

  @BeforeEach
  void aPageOfSomebodyWhoIsSignedIn() {
    page.cookie(at("/"), "homecloud", TestTokens.administrator());
  }

  private static String at(String path) {
    return at(RestAssured.port, path);
  }

  @Test
  void whoWatchesAJobForLongStaysWhereItIs() {
    // Given: a server that wants a sign-in to go on, and then is away
    page.open(at("/backups/search"));
    var _ =
        page.value(
            """
            (() => {
              window.asked = [];
              window.fetch = async (url, options) => {
                asked.push((options.method ?? 'GET') + ' ' + url);
                const statuses = url === '/job' ? [401, 503, 200] : [200];
                const status = statuses[Math.min(asked.filter(it => it.endsWith(url)).length, statuses.length) - 1];
                return new Response('{"status":{"state":"Running"}}', { status });
              };
              document.querySelector('main').innerHTML =
                  '<div data-live="/job"><progress></progress><p data-words></p></div>';
              const script = document.createElement('script');
              script.src = '/assets/progress.js';
              document.body.append(script);
              return 1;
            })()\
            """);

    // When
    eventually(() -> assertThat(page.value("asked.length").asInt()).isGreaterThanOrEqualTo(4));

    // Then: it was not loaded anew
    assertThat(page.value("asked.slice(0, 4).join()").asText())
        .isEqualTo("GET /job,POST /api/sharing/v1/sign-in/refresh,GET /job,GET /job");
  }

  @Test
  void aRunIsCancelledByWhoIsSure() throws IOException {
    // Given: one that waits for hours that are not now
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    int hour = LocalTime.now(ZoneOffset.UTC).plusHours(3).getHour();
    plan(name, name, name, ",'window':{'from':'%02d:00','to':'%02d:30'}".formatted(hour, hour));
    String run = order(name);
    page.open(at("/backups/plans/" + name));
    assertThat(page.has("#dates form:not(details form)")).isFalse();

    // When
    page.click("#dates summary");
    // Then
    assertThat(page.text("#dates .ask")).contains("What it has copied so far is deleted.");
    assertThat(page.has("#dates .ask summary[aria-label*='" + name + "']")).isTrue();
    assertThat(page.has("[aria-live]")).isFalse();
    pictures("cancel");

    // When
    page.loading(() -> page.click("#dates .ask button"));
    // Then
    assertThat(ended("runs", run).<String>path("status.state")).isEqualTo("Cancelled");
    eventually(() -> assertThat(page.text("#dates")).contains("cancelled"));
    assertThat(page.complaints()).isEmpty();
  }

  @Test
  void aProofIsOrderedOnce() throws IOException {
    // Given: one that nobody here begins
    String name = freshName();
    file(volume(name), "a.txt", "a");
    Path _ = repository(name, target("ext4", 64L << 20));
    plan(name, name, name, "");
    UUID uid = UUID.fromString(asking().get(API + "/plans/" + name).path("metadata.uid"));
    Task waiting =
        control
            .plane()
            .tasks()
            .add(
                new TaskStore.Order(
                    "verify",
                    new Task.Target(uid, BackupKinds.PLAN.name(), name),
                    "elsewhere",
                    "verify",
                    Map.of(),
                    "administrator"));

    // When
    page.open(at("/backups/plans/" + name));
    // Then
    assertThat(page.text(".with-actions")).contains("Waits to be proven since ");
    assertThat(page.has("form[action$='/verify']")).isFalse();
    pictures("proving");

    // When
    int pressed =
        RestAssured.given()
            .redirects()
            .follow(false)
            .cookie("homecloud", TestTokens.administrator())
            .header("Sec-Fetch-Site", "same-origin")
            .contentType(ContentType.URLENC)
            .post("/backups/plans/" + name + "/verify")
            .statusCode();
    // Then
    assertThat(pressed).isEqualTo(303);
    assertThat(asking().get(API + "/tasks?resource=" + uid).<List<String>>path("items.id"))
        .containsExactly(waiting.id().toString());
  }
}
