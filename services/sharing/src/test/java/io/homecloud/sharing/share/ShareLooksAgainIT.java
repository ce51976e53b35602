package io.homecloud.sharing.share;

import static io.homecloud.sharing.share.Houses.SHARES;
import static io.homecloud.sharing.share.Houses.account;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.patch;
import static io.homecloud.sharing.share.Houses.reason;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.Houses.volume;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;

import io.homecloud.control.Name;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is looked at again by itself, since nobody tells when it is otherwise. */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class ShareLooksAgainIT {
  private static final String GUESTS = "'protocols':['smb'],'guests':'write'}";

  @Inject SharingControl control;

  @BeforeEach
  void aPool() {
    Houses.pool("home");
  }

  private static ServedShare served(String share) {
    return TestSharing.server(Protocol.SMB).share(share).orElseThrow();
  }

  private Outcome<ShareStatus> reconciled(String share) {
    return control
        .shareFeature()
        .reconciler()
        .reconcile(
            control.plane().resources().find(SharingKinds.SHARE, new Name(share)).orElseThrow());
  }

  private void write(String sql) {
    control.plane().database().useTransaction(transaction -> transaction.handle().execute(sql));
  }

  @Test
  void aHomeThatWasInUseIsServedOnceItIsNot() throws Exception {
    // Given
    account("hugo", "{}");
    volume("home", "lofts");
    share(
            "lofts",
            "{'volume':'lofts','path':'old','protocols':['smb'],'homes':true,'access':[{'account':'hugo','level':'write'}]}")
        .statusCode(201);
    Name hugo = new Name("hugo");
    try (var _ =
        Files.newDirectoryStream(Objects.requireNonNull(served("lofts").homes().get(hugo)))) {
      patch(SHARES + "/lofts?wait=1s", "{'spec':{'path':'new'}}").statusCode(202);
      eventually(() ->
          share("lofts")
              .body(
                  "status.conditions.find{it.type=='Degraded'}.message",
                  containsString("Of hugo: It is in use")));
      // When: nobody uses it any more
    }
    // Then
    eventually(() -> assertThat(reason("lofts")).isEqualTo("Ready"));
    assertThat(served("lofts").homes()).containsOnlyKeys(hugo);
  }

  @Test
  void aShareThatIsDeletedWhileItIsInUseIsLookedAtSoon() throws Exception {
    // Given
    volume("home", "slow");
    share("slow", "{'volume':'slow'," + GUESTS).statusCode(201);
    try (var _ = Files.newDirectoryStream(served("slow").root())) {
      asking().delete(SHARES + "/slow").then().statusCode(202);
      eventually(() -> assertThat(reason("slow")).isEqualTo("DirectoryBusy"));
      // When, Then
      assertThat(reconciled("slow")).isInstanceOf(Outcome.LookAgain.class);
    }
    eventually(() -> assertThat(asking().get(SHARES + "/slow").statusCode()).isEqualTo(404));
  }

  @Test
  void aVolumeThatIsNotThereIsAskedForAgain() {
    // Given
    volume("home", "dim");
    share("dim", "{'volume':'dim'," + GUESTS).statusCode(201);
    eventually(() -> {
      // When: too short ago to be asked for
      control
          .plane()
          .database()
          .useTransaction(transaction -> {
            transaction
                .handle()
                .execute(
                    "update known_volume set state = 'Unavailable', seen_at = now() where name = 'dim'");
            ShareFeature.volumeChanged(transaction, "dim");
          });
      // Then
      assertThat(reconciled("dim")).isInstanceOf(Outcome.LookAgain.class);
    });
    asking().delete(SHARES + "/dim?wait=2m").then().statusCode(204);
  }

  private static List<String> known() {
    return TestSharing.server(Protocol.SMB).given().getLast().people().stream()
        .map(person -> person.name().value())
        .toList();
  }

  @Test
  void whoseNumberIsWrittenDownLateIsKnownToServers() {
    // Given: of another node, whose word did not come here
    String late = "where kind = 'Account' and name = 'late'";
    int uid = account("late", "{}").extract().path("status.uid");
    volume("home", "lane");
    share("lane", "{'volume':'lane'," + GUESTS).statusCode(201);
    eventually(() -> assertThat(known()).contains("late"));
    write(
        "update resource set status = null, node = 'attic', revision = nextval('revision') "
            + late);
    control.shareFeature().peopleChanged();
    eventually(() -> assertThat(known()).doesNotContain("late"));
    // When
    write(
        "update resource set status = jsonb_build_object('uid', "
            + uid
            + ", 'observedGeneration', 1, 'disabled', false, 'conditions', '[]'::jsonb) "
            + late);
    // Then
    eventually(() -> assertThat(known()).contains("late"));
  }
}
