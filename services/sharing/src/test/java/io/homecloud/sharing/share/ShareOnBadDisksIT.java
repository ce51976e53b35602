package io.homecloud.sharing.share;

import static io.homecloud.sharing.share.Houses.STORAGE;
import static io.homecloud.sharing.share.Houses.asking;
import static io.homecloud.sharing.share.Houses.post;
import static io.homecloud.sharing.share.Houses.reason;
import static io.homecloud.sharing.share.Houses.share;
import static io.homecloud.sharing.share.Houses.volume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.resource.Resource;
import io.homecloud.events.Event;
import io.homecloud.events.EventCodec;
import io.homecloud.events.Fact;
import io.homecloud.events.inbox.Inbox;
import io.homecloud.events.storage.StorageFact;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.volume.KnownRows;
import io.homecloud.sharing.volume.KnownVolume;
import io.homecloud.sharing.volume.VolumeFeature;
import io.homecloud.testkit.Eventually;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.TestServers;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What a share says while its pool has lost a disk, or has little room, and afterwards; and what
 * becomes of it when its disks are carried away.
 */
@QuarkusTest
@WithTestResource(value = TestServers.class, scope = TestResourceScope.MATCHING_RESOURCES)
@WithTestResource(value = ShareHouse.class, scope = TestResourceScope.MATCHING_RESOURCES)
class ShareOnBadDisksIT {
  private static final String GUESTS = "'protocols':['smb'],'guests':'write'}";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Whoever was in the way of a pool's mount is asked for again after five minutes. */
  private static final Duration UNTIL_MOUNTED_ANEW = Duration.ofMinutes(8);

  @Inject SharingControl control;

  private final LoopDisks disks = ShareHouse.disks();

  private static Path pool(String name, Path... disks) {
    String paths = String.join("','", List.of(disks).stream().map(Path::toString).toList());
    return Path.of(
        post(
                STORAGE + "/pools?wait=2m",
                "{'metadata':{'name':'%s'},'spec':{'disks':['%s']}}".formatted(name, paths))
            .statusCode(201)
            .extract()
            .<String>path("status.mountPath"));
  }

  private static void run(String... argv) {
    assertThat(HouseClient.run(argv)).extracting(HouseClient.Told::code).isEqualTo(0);
  }

  /**
   * Waits for the reason of its condition Degraded; it is Ready all the time. A loop device that is
   * emptied makes no event as a disk does that is pulled out, so somebody asks.
   */
  private static void degraded(String share, String reason, String word) {
    Eventually.within(
        PATIENCE,
        () -> {
          asking().get(STORAGE + "/pools").then().statusCode(200);
          share(share)
              .body("status.conditions.find{it.type=='Degraded'}.reason", equalTo(reason))
              .body("status.conditions.find{it.type=='Degraded'}.message", containsString(word));
        });
    assertThat(reason(share)).isEqualTo("Ready");
  }

  /** Storage looks at the room when somebody asks, and mounts anew to take a disk in again. */
  private static void sound(String share) {
    Eventually.within(
        UNTIL_MOUNTED_ANEW,
        () -> {
          asking().get(STORAGE + "/pools").then().statusCode(200);
          share(share).body("status.conditions.find{it.type=='Degraded'}", nullValue());
          assertThat(reason(share)).isEqualTo("Ready");
        });
  }

  private static void told(ControlPlane plane, UUID volume, String node, Instant at) {
    Event event =
        new Event(
            UUID.randomUUID(),
            Fact.typeOf(StorageFact.VolumeChanged.class),
            "homecloud/storage",
            volume,
            1,
            at,
            plane
                .json()
                .valueToTree(
                    new StorageFact.VolumeChanged(
                        volume,
                        "carried",
                        node,
                        UUID.randomUUID(),
                        "/of/" + node,
                        KnownVolume.ROOT)));
    Inbox.Handler handler =
        Objects.requireNonNull(
            VolumeFeature.handlers(new KnownRows(plane.clock()), ShareFeature::volumeChanged)
                .get(event.type()));
    plane
        .database()
        .useTransaction(transaction -> {
          try {
            handler.handle(transaction, event);
          } catch (EventCodec.MalformedEvent e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void aShareThatIsCarriedToAnotherNodeWhileItIsLookedAtStays() {
    // Given
    Houses.pool("home");
    volume("home", "carried");
    share("carried", "{'volume':'carried','protocols':['smb'],'guests':'read'}").statusCode(201);
    ControlPlane plane = control.plane();
    Resource<ShareSpec, ShareStatus> seen =
        plane.resources().find(SharingKinds.SHARE, new Name("carried")).orElseThrow();
    UUID volume = UUID.fromString(asking().get(STORAGE + "/volumes/carried").path("metadata.uid"));

    // When: and an event comes late that was told before
    Instant now = plane.clock().instant();
    told(plane, volume, "attic", now);
    told(plane, volume, plane.node(), now.minusSeconds(60));

    // Then
    Eventually.eventually(() ->
        assertThat(control.shareFeature().reconciler().reconcile(seen))
            .isInstanceOf(Outcome.LookAgain.class));
    assertThat(plane.resources().remove(seen, List.of())).isFalse();
    assertThat(plane.resources().find(SharingKinds.SHARE, seen.uid()).orElseThrow().node())
        .isEqualTo("attic");
  }

  @Test
  void aPulledDiskIsNamedByTheShareThatGoesOnAndIsNotWhenItIsBack() throws Exception {
    // Given
    Path two = disks.disk(1L << 30);
    Path root = pool("pair", disks.disk(1L << 30), two);
    Path volume = volume("pair", "albums");
    share("albums", "{'volume':'albums'," + GUESTS).statusCode(201);
    Files.writeString(volume.resolve("before"), "before");
    Path image = disks.image(two);
    Path copy = image.resolveSibling("pulled.img");
    run("fsfreeze", "--freeze", root.toString());
    run("cp", "--sparse=always", image.toString(), copy.toString());
    run("fsfreeze", "--unfreeze", root.toString());

    // When: no more of it can be read or written
    disks.vanish(two);

    // Then
    degraded("albums", "PoolDegraded", "device 2");
    Path served = TestSharing.server(Protocol.SMB).share("albums").orElseThrow().root();
    assertThat(served.resolve("before")).hasContent("before");
    Files.writeString(volume.resolve("meanwhile"), "meanwhile");

    // When
    var _ = disks.attach(copy);

    // Then
    sound("albums");
    assertThat(served.resolve("meanwhile")).hasContent("meanwhile");
  }

  @Test
  void littleRoomIsSaidByTheShareUntilThereIsSome() throws Exception {
    // Given
    var _ = pool("narrow", disks.disk(1L << 30));
    Path volume = volume("narrow", "heap");
    share("heap", "{'volume':'heap'," + GUESTS).statusCode(201);
    Path big = volume.resolve("big");

    // When
    run("fallocate", "--length", "860MiB", big.toString());
    run("sync", "-f", volume.toString());
    asking().get(STORAGE + "/pools/narrow").then().statusCode(200);

    // Then
    degraded("heap", "SpaceLow", "pool narrow are free");

    // When
    Files.delete(big);
    run("btrfs", "filesystem", "sync", volume.toString());

    // Then
    sound("heap");
  }

  @Test
  void aQuotaThatIsNearlyUsedIsSaidByTheShareUntilThereIsMore() throws Exception {
    // Given
    Houses.pool("home");
    Path volume = volume("home", "letters");
    share("letters", "{'volume':'letters'," + GUESTS).statusCode(201);

    // When
    byte[] scan = new byte[30_000_000];
    new Random(30).nextBytes(scan); // of zeros nothing would be left
    Files.write(volume.resolve("scan"), scan);
    run("sync", "-f", volume.toString());
    Houses.patch(STORAGE + "/volumes/letters", "{'spec':{'quota':'30500k'}}").statusCode(200);

    // Then
    degraded("letters", "SpaceLow", "volume letters");

    // When
    Houses.patch(STORAGE + "/volumes/letters", "{'spec':{'quota':'1G'}}").statusCode(200);

    // Then
    sound("letters");
  }
}
