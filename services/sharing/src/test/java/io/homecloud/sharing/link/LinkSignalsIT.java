package io.homecloud.sharing.link;

import static io.homecloud.sharing.link.Guests.LINKS;
import static io.homecloud.sharing.link.Guests.guest;
import static io.homecloud.sharing.link.Guests.link;
import static io.homecloud.sharing.link.Guests.path;
import static io.homecloud.sharing.link.Guests.reason;
import static io.homecloud.sharing.link.Guests.wish;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.events.database.Signal;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.share.Houses;
import io.homecloud.sharing.share.ShareHouse;
import io.homecloud.testkit.TestServers;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nodes tell each other of links, and of what decides about them. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class LinkSignalsIT {
  @Inject SharingControl control;

  @BeforeEach
  void aShareWithFiles() throws IOException {
    var _ = Guests.photos();
  }

  @Test
  void linksOfSomebodyWhoIsGoneBeforeAnybodyLooksEnd() {
    // Given
    Houses.account("gus", "{}");
    Houses.share(
            "of-gus",
            "{'volume':'photos','protocols':['webdav'],'access':[{'account':'gus','level':'read'}]}")
        .statusCode(201);
    String link =
        path(
            wish(
                TestTokens.member("gus"),
                "by-gus",
                "'spec':{'share':'of-gus','paths':['summer']}"));
    ControlPlane plane = control.plane();
    UUID gus = plane.resources().find(SharingKinds.ACCOUNT, new Name("gus")).orElseThrow().uid();

    // When
    plane
        .database()
        .useTransaction(transaction -> {
          plane.resources().remove(transaction, gus, List.of());
          transaction.signal(Signal.Topic.WISH, gus);
        });

    // Then
    guest().get(link).then().statusCode(404);
    eventually(() -> assertThat(reason("by-gus")).isEqualTo("RightLost"));
  }

  @Test
  void aVisitIsToldToTheNodeThatLooksAfterTheLink() {
    // Given
    String link = link("visited", "{'share':'photos','paths':['summer']}");
    String uid = Houses.asking().get(LINKS + "/visited").path("metadata.uid");
    control
        .plane()
        .database()
        .useTransaction(transaction ->
            transaction
                .handle()
                .execute(
                    "update resource set node = 'elsewhere', revision = nextval('revision') where name = 'visited'"));
    Set<String> told = ConcurrentHashMap.newKeySet();
    control.plane().database().subscribe(Signal.Topic.WISH, told::add);

    // When
    guest().get(link).then().statusCode(200);

    // Then
    assertThat(told).contains(uid);
  }
}
