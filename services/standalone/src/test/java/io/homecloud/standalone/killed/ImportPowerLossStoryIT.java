package io.homecloud.standalone.killed;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.standalone.Script;
import io.homecloud.standalone.killed.Api.Answer;
import io.homecloud.testkit.Repeated;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The power goes while a foreign disk is imported; the pool goes on in another installation, where
 * the disk is imported again. How the power goes is told at {@link Shelf}.
 */
class ImportPowerLossStoryIT {
  private static final long FOREIGN_DISK = 256L << 20;
  private static final int DIRECTORIES = 60;
  private static final String VOLUME = "imported";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Repeated repeated = Repeated.rounds(2, 20);
  private final Random random = repeated.random();
  private final List<House> houses = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    houses.forEach(House::close);
  }

  @Test
  void whatHasItsNameIsWholeAndTheRestIsImportedAgain() throws Exception {
    for (int round = 0; round < repeated.rounds(); round++) {
      // Given
      House first = house();
      House second = house();
      Shelf shelf = Shelf.in(first.disks());
      List<Path> pool = shelf.disks(1 + random.nextInt(2));
      Path foreign = first.disks().disk(FOREIGN_DISK);
      Map<String, String> theirs = ForeignDisk.fill(first.disks(), foreign, DIRECTORIES, random);
      Path sameForeign = second.disks().directory().resolve("foreign");
      Script.tool("cp", first.disks().image(foreign).toString(), sameForeign.toString());
      first.server().launch();
      Api api = first.server().api();
      api.must("pools", "home", Map.of("disks", pool.stream().map(Path::toString).toList()));
      api.must("volumes", VOLUME, Map.of("pool", "home"));
      long begun = System.nanoTime();
      isImported(api, foreign, "whole");
      long whole = System.nanoTime() - begun;

      // When
      String _ = begin(api, foreign, "cut");
      TimeUnit.NANOSECONDS.sleep(random.nextLong(whole / 10, whole / 2));
      List<Path> images = shelf.frozen(second.disks().directory());
      first.server().killEverything();
      // Two disks of one identity must never be seen by the kernel at once.
      end(first);
      List<Path> disks = images.stream().map(second.disks()::attach).toList();
      ofAnotherBoot(second, disks);
      second.server().launch();
      Api later = second.server().api();
      later.adopt(disks.getFirst());
      within(PATIENCE, () -> Observed.by(later).assertSettled());

      // Then
      assertThat(files(later, "whole")).isEqualTo(theirs);
      Map<String, String> cut = files(later, "cut");
      System.out.println("cut off with %d of %d files".formatted(cut.size(), theirs.size()));
      assertThat(theirs).containsAllEntriesOf(cut);
      isImported(later, second.disks().attach(sameForeign), "cut");
      assertThat(files(later, "cut")).isEqualTo(theirs);
      end(second);
    }
  }

  private House house() {
    House house = new House();
    houses.add(house);
    return house;
  }

  private void end(House house) {
    house.close();
    houses.remove(house);
  }

  /** The id of the task. */
  private static String begin(Api api, Path disk, String directory) throws Exception {
    within(PATIENCE, () -> assertThat(api.disk(disk)).isNotEmpty());
    Answer begun =
        api.send(
            Request.post(
                "disks/" + api.disk(disk) + "/import",
                Map.of("volume", VOLUME, "path", directory)));
    assertThat(begun.status()).as("%s", begun).isEqualTo(202);
    return begun.body().path("id").asText();
  }

  private static void isImported(Api api, Path disk, String directory) throws Exception {
    String task = begin(api, disk, directory);
    within(
        PATIENCE,
        () -> assertThat(api.get("tasks/" + task).path("state").asText()).isEqualTo("Completed"));
  }

  /**
   * An unfinished copy has the machine's start in its name, and this machine was not started anew
   * since: then what was made before it has another one.
   */
  private static void ofAnotherBoot(House house, List<Path> disks) {
    // Not all disks of the machine: those of others come and go.
    for (Path disk : disks) {
      Script.tool("btrfs", "device", "scan", disk.toString());
    }
    Path pool = house.disks().mount(disks.getFirst());
    Script.tool(
        "find",
        pool.toString(),
        "-path",
        "*/.homecloud-partial/import-*",
        "-execdir",
        "sh",
        "-c",
        "mv -- \"$1\" \"import-00000000-${1##*-}\"",
        "sh",
        "{}",
        ";");
    Script.tool("umount", pool.toString());
  }

  /** What is below a directory of the volume, by its name there. */
  private static Map<String, String> files(Api api, String directory) throws Exception {
    String top = directory + "/";
    return Observed.by(api).volumeState(VOLUME).files().entrySet().stream()
        .filter(file -> file.getKey().startsWith(top))
        .collect(
            Collectors.toMap(file -> file.getKey().substring(top.length()), Map.Entry::getValue));
  }
}
