package io.homecloud.backup.page;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.backup.BackupHouse;
import io.homecloud.testkit.BrowserPage;
import io.homecloud.testkit.Chromium;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is under way, on pages in a real browser. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = BackupHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class JobPagesInABrowserIT {
  private static Chromium browser;
  private BrowserPage page;

  @BeforeAll
  static void startBrowser() {
    browser = Chromium.start();
  }

  @AfterAll
  static void stopBrowser() {
    browser.close();
  }

  @BeforeEach
  void aPageOfSomebodyWhoIsSignedIn() {
    page = browser.page();
    page.size(1100, 800, false);
    page.cookie(at("/"), "homecloud", TestTokens.administrator());
  }

  private static String at(String path) {
    return "http://" + Chromium.HOST + ":" + RestAssured.port + path;
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
}
