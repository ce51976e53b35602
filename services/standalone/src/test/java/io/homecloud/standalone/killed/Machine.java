package io.homecloud.standalone.killed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.standalone.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What an installation keeps of the machine it runs on. */
record Machine(Path data) {
  /** Everything that the API says is in place is mounted once, and nothing else. */
  void assertMounts(Observed told) throws IOException {
    List<String> expected = new ArrayList<>();
    for (JsonNode one : Stream.concat(told.pools().stream(), told.volumes().stream()).toList()) {
      expected.add(one.path("status").path("mountPath").asText());
    }
    assertThat(
            Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .map(line -> line.split(" ", 6)[4])
                .filter(point ->
                    Path.of(point).startsWith(data.resolve("pools"))
                        || Path.of(point).startsWith(data.resolve("volumes"))))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  /** No loop device is there but those that were plugged in. */
  void assertLoops(List<Path> disks) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> blocks = Files.list(Path.of("/sys/block"))) {
      for (Path block : blocks.toList()) {
        Path image = block.resolve("loop/backing_file");
        if (Files.exists(image) && Files.readString(image).startsWith(data + "/")) {
          found.add(Path.of("/dev").resolve(block.getFileName()));
        }
      }
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(disks);
  }

  /** No program still does what nobody waits for. */
  void assertNoPrograms() {
    assertThat(
            Script.attempt("pgrep", "-fa", "^(/[a-z/]*)?(btrfs|mkfs.btrfs|mount|blkid) .*" + data)
                .stdout())
        .isEmpty();
  }
}
