package io.homecloud.sharing.ganesha;

import static io.homecloud.sharing.ganesha.Served.serving;
import static io.homecloud.sharing.ganesha.Served.share;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.HostResult;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.ServerListener;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
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
    Path file = random("file", 20 << 20);
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
    Path file = random("file", 1 << 20);
    house.must("nfs-cp", file.toString(), house.version3("all/music/file"));
    assertThat(refused("nfs-cp", file.toString(), house.version3("music/file")))
        .contains("NFS3ERR_ROFS");
    assertThat(house.must("nfs-cat", house.version4("all/music/song"))).isEqualTo("la");
    server.apply(serving(share("all", all, Level.WRITE)));
    house.must("umount", music.toString());
    assertThat(house.must("nfs-cat", house.version4("all/music/song"))).isEqualTo("la");
  }

  private Path random(String name, int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(house.directory.resolve(name), bytes);
  }

  private String refused(String... argv) {
    if (house.run(argv) instanceof HostResult.Exited(int code, String out, String errors)
        && code != 0) {
      return out + errors;
    }
    throw new AssertionError("not refused: " + String.join(" ", argv));
  }
}
