package io.homecloud.sharing.httpd;

import static io.homecloud.sharing.httpd.HttpdLab.share;
import static io.homecloud.sharing.httpd.HttpdLab.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A power cut right behind an answer. */
class HttpdDurableIT {
  private static final int CLIENTS = 4;
  private static final int EACH = 10;

  /** To another name, and over what is there. */
  private static final Map<String, String> MOVED = Map.of("c0-0", "moved", "c1-0", "c1-1");

  @Test
  void whatCannotBeBroughtToTheDiskIsNotAnswered() throws Exception {
    try (HttpdLab lab = new HttpdLab()) {
      // Given
      Path little = Files.createDirectory(lab.disks.directory().resolve("little"));
      HttpdLab.must("mount", "-t", "tmpfs", "-o", "size=128m", "little", little.toString());
      Path device = lab.disks.disk(little, 1L << 30);
      HttpdLab.must("mkfs.btrfs", "-q", device.toString());
      Path root = lab.disks.mount(device).resolve("files");
      HttpdLab.must("btrfs", "-q", "subvolume", "create", root.toString());
      HttpdLab.must("chown", "19999:19999", root.toString());
      Path file = lab.disks.directory().resolve("film");
      HttpdLab.must("dd", "if=/dev/urandom", "of=" + file, "bs=1M", "count=16", "status=none");
      lab.late("ss");
      lab.served(share("files", root, write("anna")));
      assertThat(lab.status("anna", "PUT", "/dav/files/before", "-d", "it works")).isEqualTo(201);

      // When
      // What the disk is made of has no room: it takes no block that it had not before.
      HttpdLab.must("sh", "-c", "! dd if=/dev/zero of=" + little + "/rest bs=64k status=none");
      String first = Uploading.start(lab, file, "1G", "/dav/files/film").end();
      String second = Uploading.start(lab, file, "1G", "/dav/files/again").end();
      String over = Uploading.start(lab, file, "1G", "/dav/files/before").end();

      // Then
      assertThat(first).endsWith(" cut");
      assertThat(second).doesNotStartWith("2");
      assertThat(over).doesNotStartWith("2");
    }
  }

  @Test
  void whatIsLostWhileAnotherShareWaitsIsNotAnsweredEither() throws Exception {
    try (HttpdLab lab = new HttpdLab()) {
      // Given: without a journal, whose failure would be told again and again
      Path little = Files.createDirectory(lab.disks.directory().resolve("little"));
      HttpdLab.must("mount", "-t", "tmpfs", "-o", "size=64m", "little", little.toString());
      Path device = lab.disks.disk(little, 200L << 20);
      HttpdLab.must("mkfs.ext4", "-q", "-O", "^has_journal", device.toString());
      Path top = lab.disks.mount(device);
      Path root = Files.createDirectory(top.resolve("files"));
      Path other = Files.createDirectory(top.resolve("other"));
      HttpdLab.must("chown", "19999:19999", root.toString(), other.toString());
      Path film = lab.disks.directory().resolve("film");
      HttpdLab.must("dd", "if=/dev/urandom", "of=" + film, "bs=1M", "count=8", "status=none");
      lab.served(share("files", root, write("anna")), share("other", other, write("anna")));
      assertThat(lab.status("anna", "PUT", "/dav/other/before", "-d", "works")).isEqualTo(201);

      // When: it takes no block that it had not before, and later it does again
      HttpdLab.must("sh", "-c", "! dd if=/dev/zero of=" + little + "/rest bs=64k status=none");
      Uploading half = Uploading.startHalf(lab, film, "/dav/files/film");
      Eventually.eventually(() -> assertThat(sizes(root)).isGreaterThan(1L << 20));
      String first = Uploading.start(lab, film, "1G", "/dav/other/film").end();
      Files.delete(little.resolve("rest"));
      String second = half.end();
      int after = lab.status("anna", "PUT", "/dav/files/after", "-d", "works");

      // Then
      assertThat(first).doesNotStartWith("2");
      assertThat(second).doesNotStartWith("2");
      assertThat(after).isEqualTo(201);
    }
  }

  private static long sizes(Path directory) {
    try (java.util.stream.Stream<Path> files = Files.list(directory)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aDiskThatDoesNotAnswerHoldsUpNobodyElse() throws Exception {
    try (HttpdLab lab = new HttpdLab()) {
      // Given
      Path below = lab.disks.mount(made(lab, lab.disks.directory()));
      Path root = lab.disks.mount(made(lab, below)).resolve("asleep");
      HttpdLab.must("btrfs", "-q", "subvolume", "create", root.toString());
      HttpdLab.must("chown", "19999:19999", root.toString());
      Path film = Files.writeString(lab.disks.directory().resolve("film"), "asleep");
      lab.served(
          share("asleep", root, write("anna")),
          share("files", lab.directory("files"), write("anna")));
      HttpdLab.must("fsfreeze", "--freeze", below.toString());
      List<Uploading> late = new ArrayList<>();
      int others;
      try {
        late.add(Uploading.start(lab, film, "1G", "/dav/asleep/first"));
        late.add(Uploading.start(lab, film, "1G", "/dav/asleep/second"));
        Eventually.eventually(() -> assertThat(root.resolve("second")).exists());
        // When
        others = lab.status("anna", "PUT", "/dav/files/awake", "-d", "x", "-m", "100");
        assertThat(late).allMatch(Uploading::underWay);
      } finally {
        HttpdLab.must("fsfreeze", "--unfreeze", below.toString());
      }
      // Then
      assertThat(others).isEqualTo(201);
      for (Uploading one : late) {
        assertThat(one.end()).isEqualTo("201");
      }
    }
  }

  private static Path made(HttpdLab lab, Path place) {
    Path device = lab.disks.disk(place, 512L << 20);
    HttpdLab.must("mkfs.btrfs", "-q", device.toString());
    return device;
  }

  @Test
  void whatWasAnsweredIsOnTheDisk() throws Exception {
    try (HttpdLab lab = new HttpdLab()) {
      // Given
      lab.served(share("files", lab.directory("files"), write("anna")));
      String device = HttpdLab.must("findmnt", "-no", "SOURCE", lab.disk.toString()).strip();
      Path after = lab.disks.directory().resolve("after.img");
      // When
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        String client = "c" + i + "-";
        clients.add(
            CompletableFuture.runAsync(() -> {
              for (int n = 0; n < EACH; n++) {
                String name = "/dav/files/" + client + n;
                // As the file managers of Windows and Macs do: first an empty one.
                assertThat(lab.status("anna", "PUT", name, "-d", "")).isEqualTo(201);
                assertThat(lab.status("anna", "PUT", name, "-d", name)).isEqualTo(204);
              }
            }));
      }
      clients.forEach(CompletableFuture::join);
      int moved = moved(lab, "c0-0", "moved");
      int over = moved(lab, "c1-0", "c1-1");
      Files.writeString(lab.disk.resolve("files/unanswered"), "was never waited for");
      // What the disk has now is what it has after a power cut.
      HttpdLab.must("dd", "if=" + device, "of=" + after, "bs=1M", "iflag=direct", "conv=sparse");
      // Then
      assertThat(moved).isEqualTo(201);
      assertThat(over).isEqualTo(204);
      Path place = Files.createDirectory(lab.disks.directory().resolve("after"));
      HttpdLab.must("btrfstune", "-f", "-m", after.toString());
      HttpdLab.must("mount", "-o", "loop", after.toString(), place.toString());
      try {
        for (int i = 0; i < CLIENTS; i++) {
          for (int n = 0; n < EACH; n++) {
            String name = "c" + i + "-" + n;
            String is = MOVED.getOrDefault(name, name);
            if (!name.equals("c1-1")) {
              assertThat(place.resolve("files").resolve(is)).hasContent("/dav/files/" + name);
            }
          }
        }
        assertThat(place.resolve("files/c0-0")).doesNotExist();
        assertThat(place.resolve("files/c1-0")).doesNotExist();
        assertThat(place.resolve("files/unanswered")).doesNotExist();
      } finally {
        HttpdLab.must("umount", place.toString());
      }
    }
  }

  private static int moved(HttpdLab lab, String from, String to) throws Exception {
    String destination = "Destination: " + lab.url("/dav/files/" + to);
    return lab.status("anna", "MOVE", "/dav/files/" + from, "-H", destination);
  }
}
