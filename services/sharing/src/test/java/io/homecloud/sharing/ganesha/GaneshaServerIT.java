package io.homecloud.sharing.ganesha;

import static io.homecloud.sharing.ganesha.Served.serving;
import static io.homecloud.sharing.ganesha.Served.share;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shares as clients of NFS find them. */
class GaneshaServerIT {
  private NfsHouse house;
  private GaneshaServer server;
  private Path volume;

  @BeforeEach
  void start() throws Exception {
    house = new NfsHouse();
    server = house.server(ServerListener.NONE);
    volume = house.volume("family");
  }

  @AfterEach
  void leaveNothing() {
    house.close();
  }

  @Test
  void whatOneVersionWritesTheOtherReadsAndTheOwnerHasOnDisk() throws Exception {
    // Given
    Path file = house.random("file", 20 << 20);
    Path root = house.place(volume, "docs", false);

    // When
    Applied applied = server.apply(serving(share("docs", root, Level.WRITE)));

    // Then
    assertThat(applied).isEqualTo(new Applied.InPlace(house.settings.port().wished()));
    assertThat(server.health()).isEqualTo(new Health.Up());
    house.must("nfs-cp", file.toString(), house.version3("docs/file"));
    assertThat(volume.resolve("file")).hasSameBinaryContentAs(file);
    assertThat(Files.getAttribute(volume.resolve("file"), "unix:uid")).isEqualTo(1000);
    Path back = house.directory.resolve("back");
    house.must("nfs-cp", house.version4("docs/file"), back.toString());
    assertThat(back).hasSameBinaryContentAs(file);
    Path back3 = house.directory.resolve("back3");
    house.must("nfs-cp", house.version3("docs/file"), back3.toString());
    assertThat(back3).hasSameBinaryContentAs(file);
  }

  /** libnfs speaks 4.0, as version 4; the kernels of clients speak 4.1 and later. */
  @Test
  void aClientOfVersion41WritesReadsRenamesAndDeletes() throws Exception {
    // Given
    Path file = house.random("file", 20 << 20);
    Path root = house.place(volume, "docs", false);
    server.apply(serving(share("docs", root, Level.WRITE)));
    String work =
        """
        import sys
        from nfs_rs import Client, Version
        content = open(sys.argv[2], "rb").read()
        with Client.connect(sys.argv[1]) as client:
            assert client.version is Version.NFS_V4_1
            client.mkdir("in")
            with client.open("in/first", "wb") as file:
                assert file.write(content) == len(content)
            client.rename("in/first", "in/file")
            with client.open("in/file", "rb") as file:
                assert file.readall() == content
            client.open("in/gone", "wb").close()
            client.remove("in/gone")
            print(sorted(entry.name for entry in client.scandir("in")))
        """;

    // When
    String said =
        house.must(
            NfsHouse.python(),
            "-c",
            work,
            house.version4("docs").replace("version=4", "version=4.1") + "&noresvport=true",
            file.toString());

    // Then
    assertThat(said.strip()).isEqualTo("['file']");
    assertThat(volume.resolve("in/file")).hasSameBinaryContentAs(file);
    assertThat(Files.getAttribute(volume.resolve("in/file"), "unix:uid")).isEqualTo(1000);
  }

  @Test
  void sharesOfOneVolumeDoNotHoldEachOther() throws Exception {
    // Given
    Path inside = NfsHouse.directory(volume.resolve("music"));
    Files.writeString(NfsHouse.own(Files.createFile(inside.resolve("song"))), "la");
    Path music = house.place(inside, "music", true);
    Path all = house.place(volume, "all", false);

    // When
    server.apply(serving(share("music", music, Level.READ), share("all", all, Level.WRITE)));

    // Then
    assertThat(house.must("nfs-cat", house.version3("music/song"))).isEqualTo("la");
    Path file = house.random("file", 1 << 20);
    house.must("nfs-cp", file.toString(), house.version3("all/music/file"));
    assertThat(house.refused("nfs-cp", file.toString(), house.version3("music/file")))
        .contains("NFS3ERR_ROFS");
    assertThat(house.must("nfs-cat", house.version4("all/music/song"))).isEqualTo("la");
    server.apply(serving(share("all", all, Level.WRITE)));
    house.must("umount", music.toString());
    assertThat(house.must("nfs-cat", house.version4("all/music/song"))).isEqualTo("la");
  }

  @Test
  void linksAreTextForClientsAndNeverFollowed() throws Exception {
    // Given
    Path secret = Files.writeString(house.directory.resolve("secret"), "s");
    NfsHouse.own(Files.createSymbolicLink(volume.resolve("link"), secret));
    Path root = house.place(volume, "docs", false);

    // When
    server.apply(serving(share("docs", root, Level.WRITE)));

    // Then
    assertThat(house.must("nfs-ls", house.version3("docs"))).contains("link");
    for (String url : List.of(house.version3("docs/link"), house.version4("docs/link"))) {
      house.refused("nfs-cat", url);
    }
    house.refused("nfs-cp", secret.toString(), house.version3("docs/link"));
    assertThat(secret).hasContent("s");
  }

  @Test
  void version4WritesToo() throws Exception {
    // Given
    Path file = house.random("file", 20 << 20);
    Path root = house.place(volume, "docs", false);

    // When
    server.apply(serving(share("docs", root, Level.WRITE)));

    // Then
    house.must(NfsHouse.libnfs5("nfs-cp"), file.toString(), house.version4("docs/file"));
    assertThat(volume.resolve("file")).hasSameBinaryContentAs(file);
    assertThat(Files.getAttribute(volume.resolve("file"), "unix:uid")).isEqualTo(1000);
  }

  @Test
  void whoIsNoClientOrMayNothingIsLetInByNoVersion() throws Exception {
    // Given
    Path root = house.place(volume, "docs", false);
    ServedShare others =
        share("others", root, Level.WRITE, List.of("192.0.2.0/24", "2001:db8::/32"));
    ServedShare nobody = share("nobody", root, Level.NONE);
    ServedShare docs = share("docs", root, Level.READ, List.of("0.0.0.0/0"));

    // When
    server.apply(serving(others, nobody, docs));

    // Then
    house.must("nfs-ls", house.version3("docs"));
    for (String name : List.of("others", "nobody", ".volume-60001", "")) {
      assertThat(house.refused("nfs-ls", house.version3(name))).contains("MNT3ERR_ACCES");
    }
    for (String name : List.of("others", "nobody", ".volume-60001")) {
      assertThat(house.refused("nfs-ls", house.version4(name))).contains("NOENT");
    }
    assertThat(house.must("nfs-ls", house.version4("")).lines()).hasSize(1);
  }

  @Test
  void whatQuotaForbidsTheClientIsTold() throws Exception {
    // Given
    house.must("btrfs", "quota", "enable", "--simple", house.pool.toString());
    house.must("btrfs", "qgroup", "limit", "10M", volume.toString());
    Path file = house.random("file", 20 << 20);
    Path root = house.place(volume, "docs", false);
    server.apply(serving(share("docs", root, Level.WRITE)));

    // When
    house.refused("nfs-cp", file.toString(), house.version3("docs/file"));

    // Then
    assertThat(Files.size(volume.resolve("file"))).isLessThanOrEqualTo(10 << 20);
    assertThat(house.refused("nfs-cp", file.toString(), house.version3("docs/file3")))
        .contains("NFS3ERR_DQUOT");
    String libnfs5 = NfsHouse.libnfs5("nfs-cp");
    assertThat(house.refused(libnfs5, file.toString(), house.version4("docs/file4")))
        .contains("NFS4ERR_DQUOT");
  }
}
