package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.LINKS;
import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.link;
import static io.homecloud.sharing.link.Guests.page;
import static io.homecloud.sharing.link.Guests.path;
import static io.homecloud.sharing.link.Guests.wish;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a guest without scripts reads when the files that were sent are not taken. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class GuestAnswersIT {
  private static final String HOME = "href=\"/\"";

  @BeforeEach
  void photos() throws IOException {
    Guests.photos();
  }

  private static io.restassured.response.ValidatableResponse brings(String link) {
    return page().multiPart("file", "film.mp4", new byte[9]).post(link + "/upload").then();
  }

  @Test
  void aFormOfALinkThatHasEndedIsAnsweredByAPageThatLeadsNowhere() {
    // Given
    String box = link("ended", "{'share':'photos','paths':['in-box'],'mode':'upload'}");
    brings(box).statusCode(200).body(containsString("has arrived"));

    // When
    Houses.asking().delete(LINKS + "/ended?wait=2m").then().statusCode(204);

    // Then
    brings(box)
        .statusCode(404)
        .contentType("text/html")
        .body(containsString("There is no such link"))
        .body(not(containsString(HOME)));
    guest()
        .get(link("list", "{'share':'photos'}") + "/f/none")
        .then()
        .body(not(containsString(HOME)));
  }

  @Test
  void aFormOfWhomeverThePasswordIsMissingAsksForIt() {
    // Given
    String spec = "'spec':{'share':'photos','paths':['in-box'],'mode':'upload'},'password':'Kühe'";
    // When
    var answer = brings(path(wish("asking", spec)));
    // Then
    answer.statusCode(200).body(containsString("Who sent you the link knows it"));
  }
}
