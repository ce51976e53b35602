package io.homecloud.sharing.ganesha;

import static io.homecloud.sharing.ganesha.Served.serving;
import static io.homecloud.sharing.ganesha.Served.share;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.mount.Mount;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is served changes, while clients are at work. */
class GaneshaChangesIT {
  private NfsHouse house;
  private GaneshaServer server;
  private Path volume;
  private ServedShare docs;

  @BeforeEach
  void start() throws Exception {
    house = new NfsHouse();
    server = house.server(ServerListener.NONE);
    volume = house.volume("family");
    docs = share("docs", house.place(volume, "docs", false), Level.WRITE);
    assertThat(server.apply(serving(docs))).isInstanceOf(Applied.InPlace.class);
  }

  @AfterEach
  void leaveNothing() {
    house.close();
  }

  @Test
  void sharesComeAndGoWhileAFileIsWritten() throws Exception {
    // Given
    Path file = house.random("file", 500 << 20);
    List<ServedShare> more = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Path inside = NfsHouse.directory(volume.resolve("inside" + i));
      more.add(share("more" + i, house.place(inside, "more" + i, false), Level.WRITE));
    }
    AtomicBoolean enough = new AtomicBoolean();
    CompletableFuture<Integer> copies =
        CompletableFuture.supplyAsync(() -> copyUntil(enough, file), Thread::startVirtualThread);
    eventually(() ->
        assertThat(volume.toFile().listFiles((_, name) -> name.startsWith("file")))
            .anyMatch(copy -> copy.length() > 0));

    // When
    for (int i = 0; i < more.size(); i++) {
      List<ServedShare> served = new ArrayList<>(more.subList(0, i + 1));
      List<String> clients = i % 2 == 0 ? List.of("127.0.0.1") : Served.HERE;
      served.add(share("docs", docs.root(), Level.WRITE, clients));
      assertThat(server.apply(serving(served))).isInstanceOf(Applied.InPlace.class);
    }
    assertThat(house.must("nfs-ls", house.version4("")).lines()).hasSize(21);
    for (int i = more.size(); i > 0; i--) {
      List<ServedShare> served = new ArrayList<>(more.subList(0, i - 1));
      served.add(docs);
      assertThat(server.apply(serving(served))).isInstanceOf(Applied.InPlace.class);
    }
    enough.set(true);

    // Then
    assertThat(copies.join()).isPositive();
    for (ServedShare one : more) {
      house.must("umount", one.root().toString());
    }
  }

  private int copyUntil(AtomicBoolean enough, Path file) {
    int copies = 0;
    do {
      String name = "file" + copies++;
      house.must("nfs-cp", file.toString(), house.version3("docs/" + name));
      house.must("cmp", file.toString(), volume.resolve(name).toString());
      house.must("rm", volume.resolve(name).toString());
    } while (!enough.get());
    return copies;
  }

  @Test
  void accessTakenAwayActsAtOnce() throws Exception {
    // Given
    Path file = house.endless(house.directory.resolve("file"), volume, "8G");
    List<Path> written = List.of(volume.resolve("file3"), volume.resolve("file4"));
    List<CompletableFuture<String>> copies =
        List.of(
            house.begin("nfs-cp", file.toString(), house.version3("docs/file3")),
            house.begin(NfsHouse.libnfs5("nfs-cp"), file.toString(), house.version4("docs/file4")));
    eventually(() -> assertThat(written).allSatisfy(one -> assertThat(one).isNotEmptyFile()));

    // When
    server.apply(serving(share("docs", docs.root(), Level.READ)));

    // Then
    List<Long> sizes = written.stream().map(one -> one.toFile().length()).toList();
    assertThat(copies)
        .allSatisfy(copy -> assertThat(copy.handle((_, e) -> e != null).join()).isTrue());
    // What a thread had begun to write it may write to its end.
    for (int i = 0; i < written.size(); i++) {
      assertThat(written.get(i).toFile().length())
          .isBetween(sizes.get(i), sizes.get(i) + (4L << 20));
    }
    house.must("nfs-ls", house.version3("docs"));
    server.apply(serving(share("docs", docs.root(), Level.READ, List.of("192.0.2.1"))));
    assertThat(house.refused("nfs-ls", house.version3("docs"))).contains("MNT3ERR_ACCES");
    assertThat(house.refused("nfs-ls", house.version4("docs"))).contains("NOENT");
  }

  @Test
  void whatIsNotServedAnyMoreCanBeUnmountedAlsoInMidTransfer() throws Exception {
    // Given
    Path file = house.endless(house.directory.resolve("file"), volume, "8G");
    Path other = house.volume("other");
    ServedShare music = share("music", house.place(other, "music", false), Level.WRITE);
    server.apply(serving(docs, music));
    CompletableFuture<String> copy =
        house.begin("nfs-cp", file.toString(), house.version3("docs/file"));
    eventually(() -> assertThat(volume.resolve("file")).isNotEmptyFile());

    // When
    server.apply(serving(music));

    // Then
    house.must("umount", docs.root().toString());
    eventually(() ->
        assertThat(house.mounts.list())
            .filteredOn(m -> m.mountPoint().startsWith(house.directory.toString()))
            .isNotEmpty()
            .noneMatch(m -> m.root().startsWith("/family")));
    house.must("btrfs", "subvolume", "delete", volume.toString());
    assertThat(copy.handle((_, failure) -> failure != null).join()).isTrue();
    house.must("nfs-ls", house.version3("music"));
  }

  @Test
  void aVolumeThatSomebodyStandsInIsUnmountedWhenTheyHaveGone() throws Exception {
    // Given
    ServedShare music =
        share("music", house.place(house.volume("other"), "music", false), Level.WRITE);
    server.apply(serving(docs, music));
    Path volumes = house.settings.directory().resolve("volumes");
    Path ours = volumes.resolve(family(volumes).getFirst());

    // When
    try (DirectoryStream<Path> _ = Files.newDirectoryStream(ours)) {
      server.apply(serving(music));
      assertThat(family(volumes)).hasSize(1);
    }

    // Then
    eventually(() -> assertThat(family(volumes)).isEmpty());
  }

  private List<String> family(Path below) {
    return house.mounts.list().stream()
        .filter(mount -> mount.mountPoint().startsWith(below + "/"))
        .filter(mount -> mount.root().startsWith("/family"))
        .map(Mount::mountPoint)
        .toList();
  }

  @Test
  void whatGaneshaRefusesChangesNothing() throws Exception {
    // Given
    Path strange = Files.createDirectories(house.directory.resolve("run/share"));
    house.must("mount", "-t", "tmpfs", "-o", "size=1m", "none", strange.toString());
    Path inside = NfsHouse.directory(volume.resolve("inside"));
    ServedShare music = share("music", house.place(inside, "music", false), Level.WRITE);
    String config = config();

    // When
    Applied applied = server.apply(serving(music, share("tmpfs", strange, Level.WRITE)));

    // Then
    assertThat(applied).isInstanceOf(Applied.Refused.class);
    assertThat(((Applied.Refused) applied).words()).contains("FSAL").hasSizeLessThan(2000);
    assertThat(config()).isEqualTo(config);
    house.must("nfs-ls", house.version4("docs"));
    house.refused("nfs-ls", house.version4("music"));
    house.must("umount", strange.toString());
    assertThat(server.apply(serving(music, docs))).isInstanceOf(Applied.InPlace.class);
    house.must("nfs-ls", house.version4("music"));
  }

  @Test
  void hostileTextReachesNoConfiguration() throws Exception {
    // Given
    String config = config();
    List<String> hostile =
        List.of(
            "*",
            "@all",
            "host.example",
            "1.2.3.4; } EXPORT {",
            "::1%lo",
            "10.0.0.0/33",
            "fd00::/120",
            "");

    for (String client : hostile) {
      // When
      Applied applied =
          server.apply(serving(docs, share("hostile", docs.root(), Level.WRITE, List.of(client))));

      // Then: it has no access, and what is right is served
      assertThat(applied).isInstanceOf(Applied.InPlace.class);
      assertThat(config()).isEqualTo(config);
    }
    Path quoted = Path.of("/x\"; } EXPORT { Path = \"/");
    assertThat(server.apply(serving(docs, share("quoted", quoted, Level.WRITE))))
        .isInstanceOf(Applied.Refused.class);
    assertThat(config()).isEqualTo(config);
    house.must("nfs-ls", house.version3("docs"));
  }

  @Test
  void brokenByHandIsPutRight() throws Exception {
    // Given
    String config = config();
    Path file = house.settings.directory().resolve("ganesha.conf");
    Files.write(
        file, "EXPORT { broken gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1)); // no UTF-8

    // When
    Applied again = server.apply(serving(docs));

    // Then
    assertThat(again).isInstanceOf(Applied.InPlace.class);
    assertThat(config()).isEqualTo(config);
    Files.writeString(file, "NFS_CORE_PARAM { broken");
    house.must("kill", "-KILL", Long.toString(house.pid()));
    eventually(() -> assertThat(server.health()).isInstanceOf(Health.Down.class));
    assertThat(server.apply(serving(docs))).isInstanceOf(Applied.InPlace.class);
    assertThat(config()).isEqualTo(config);
    house.must("nfs-ls", house.version3("docs"));
  }

  @Test
  void nothingToServeIsNoServer() throws Exception {
    // When
    server.apply(Serving.NOTHING);

    // Then
    assertThat(server.health()).isEqualTo(new Health.Off());
    house.must("umount", docs.root().toString());
    house.refused("nfs-ls", house.version3("docs"));
  }

  @Test
  void whatOtherProtocolsDoIsSeenAtOnceAndDeletedFilesAreLetGo() throws Exception {
    // Given
    Path file = NfsHouse.own(Files.writeString(volume.resolve("file"), "one"));
    assertThat(house.must("nfs-cat", house.version3("docs/file"))).isEqualTo("one");
    house.must("nfs-ls", house.version3("docs"));

    // When
    Files.writeString(file, "two and more");
    NfsHouse.own(Files.writeString(volume.resolve("new"), "new"));

    // Then
    assertThat(house.must("nfs-cat", house.version3("docs/file"))).isEqualTo("two and more");
    assertThat(house.must("nfs-ls", house.version3("docs"))).contains("new");
    Files.delete(file);
    house.refused("nfs-cat", house.version3("docs/file"));
    eventually(() ->
        assertThat(house.must("ls", "-l", "/proc/" + house.pid() + "/fd"))
            .doesNotContain("docs/file", "/file (deleted)"));
  }

  @Test
  void anotherOwnerOfTheVolumeIsTakenUp() throws Exception {
    // Given
    int other = 1001;
    house.must("umount", docs.root().toString());
    house.must("chown", "-R", other + ":" + other, volume.toString());
    house.place(volume, "docs", other, false);

    // When
    Applied applied = server.apply(serving(docs));

    // Then
    assertThat(applied).isInstanceOf(Applied.InPlace.class);
    Path file = house.random("file", 1 << 20);
    house.must("nfs-cp", file.toString(), house.version3("docs/file"));
    assertThat(Files.getAttribute(volume.resolve("file"), "unix:uid")).isEqualTo(other);
  }

  private String config() throws IOException {
    return Files.readString(house.settings.directory().resolve("ganesha.conf"));
  }
}
