package io.homecloud.storage.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.document.DocumentFeature;
import io.homecloud.storage.document.ServiceDocument;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.testkit.LoopDisks;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DocumentsIT {
  private static final ServiceDocument.Key PEOPLE =
      new ServiceDocument.Key(new Name("sharing"), new Name("people"));
  private static final String DOCUMENTS = ".homecloud/documents/";

  private final LoopDisks disks = new LoopDisks();
  private final Path first = disks.disk(256L << 20);
  private final Path second = disks.disk(256L << 20);
  private final Path data = disks.directory().resolve("data");

  @AfterEach
  void leaveNothing() {
    disks.close();
  }

  private static ServiceDocument people(long revision, String said) {
    return new ServiceDocument(
        PEOPLE.service(),
        PEOPLE.name(),
        revision,
        JsonNodeFactory.instance.objectNode().put("said", said));
  }

  private Path file(House house, String pool) {
    return file(house, pool, "people");
  }

  private Path file(House house, String pool, String name) {
    InstallationId here = InstallationId.of(data);
    return house.pool(pool).root().resolve(DOCUMENTS + "sharing." + name + "." + here + ".json");
  }

  private static ServiceDocument awaited(House house) {
    house.until("the document", () -> house.documents().find(PEOPLE).isPresent());
    return house.documents().find(PEOPLE).orElseThrow();
  }

  @Test
  void aDocumentIsOnEveryPoolAndTheNewestComesBackWithoutADatabase() throws Exception {
    // Given
    try (House before = new House(disks, data)) {
      before.makePool("one", first);
      DocumentFeature.Written written = before.documents().put(people(1, "old"));
      assertThat(written.on()).hasSize(1);
      before.makePool("two", second);
      assertThat(file(before, "two")).content().contains("old");
      String old = Files.readString(file(before, "one"));
      before.documents().put(people(2, "new"));
      Path one = file(before, "one");
      before.stop();
      // One of them was away when the newer was written.
      Files.writeString(one, old);
    }

    // When
    Path image = disks.image(second);
    disks.detach(second);
    try (House after = new House(disks, data)) {
      after.ready(StorageKinds.POOL, awaitedPool(after, "one"));
      assertThat(awaited(after)).isEqualTo(people(1, "old"));
      Path _ = disks.attach(image);
      after.look();
      after.ready(StorageKinds.POOL, awaitedPool(after, "two"));

      // Then
      after.until("the newer on both", () -> contains(file(after, "one"), "new"));
      assertThat(file(after, "two")).content().contains("new");
      assertThat(after.documents().find(PEOPLE)).contains(people(2, "new"));
    }
  }

  private static boolean contains(Path file, String text) {
    try {
      return Files.readString(file).contains(text);
    } catch (IOException e) {
      return false;
    }
  }

  private static String awaitedPool(House house, String pool) {
    house.until("pool " + pool, () -> house.names(StorageKinds.POOL).contains(pool));
    return pool;
  }

  @Test
  void nobodyHearsThatThereIsNoneBeforeAPoolThatWasInPlaceWasLookedFor() {
    // Given
    Resource<PoolSpec, PoolStatus> pool;
    try (House before = new House(disks, data)) {
      pool = before.makePool("one", first);
      before.documents().put(people(1, "kept"));
    }
    Path image = disks.image(first);
    disks.detach(first);
    try (House after = new House(disks, data)) {
      // When
      var early = assertThatThrownBy(() -> after.documents().requireRead(List.of(pool)));
      Path _ = disks.attach(image);
      after.look();
      ServiceDocument found = awaited(after);

      // Then
      early.isInstanceOfSatisfying(
          ProblemException.class,
          problem -> assertThat(problem.code()).isEqualTo(StorageProblem.STARTING));
      assertThat(found).isEqualTo(people(1, "kept"));
      after.documents().requireRead(List.of(pool));
    }
  }

  @Test
  void aDocumentForWhichAPoolHasNoRoomIsWrittenThereWhenItHas() {
    try (House house = new House(disks, data)) {
      // Given
      house.makePool("one", first);
      house.documents().put(people(1, "old"));
      Path root = house.pool("one").root();
      for (String size : List.of("1M", "4k")) {
        House.run("sh", "-c", "! dd if=/dev/urandom of=" + root + "/film" + size + " bs=" + size);
      }
      // When
      DocumentFeature.Written full = house.documents().put(people(2, "x".repeat(500_000)));
      House.run("sh", "-c", "rm " + root + "/film*");
      House.run("btrfs", "filesystem", "sync", root.toString());
      // Then
      assertThat(full.on()).isEmpty();
      assertThat(full.not()).hasSize(1);
      house.until("it is there", () -> contains(file(house, "one"), "\"revision\":2"));
    }
  }

  @Test
  void anOlderOneOrAnotherOfTheSameRevisionIsRefused() {
    try (House house = new House(disks, data)) {
      // Given
      house.makePool("one", first);
      house.documents().put(people(5, "five"));

      // When, Then
      for (ServiceDocument refused : List.of(people(4, "four"), people(5, "other"))) {
        assertThatThrownBy(() -> house.documents().put(refused))
            .isInstanceOfSatisfying(
                ProblemException.class,
                problem -> {
                  assertThat(problem.code()).isEqualTo(StorageProblem.DOCUMENT_NEWER);
                  assertThat(problem.members()).containsEntry("revision", 5L);
                });
      }
      assertThat(house.documents().put(people(5, "five")).on()).hasSize(1);
      assertThat(file(house, "one")).content().contains("five");
    }
  }

  @Test
  void thatOfAnotherInstallationNeverCountsAsOneOfThisAndStaysWhereItIs() throws Exception {
    // Given
    try (House theirs = new House(disks, data)) {
      theirs.makePool("one", first);
      theirs.documents().put(people(9, "theirs"));
    }
    Path elsewhere = disks.directory().resolve("elsewhere");
    try (House ours = new House(disks, elsewhere)) {
      ours.adoption().adopt(List.of(first.toString()), Optional.empty());
      ours.ready(StorageKinds.POOL, "one");
      ours.until("theirs", () -> ours.documents().ofOthers(PEOPLE).isPresent());
      assertThat(ours.documents().find(PEOPLE)).isEmpty();

      // When
      ours.documents().put(people(1, "ours"));

      // Then
      assertThat(ours.documents().find(PEOPLE)).contains(people(1, "ours"));
      assertThat(ours.documents().ofOthers(PEOPLE)).contains(people(9, "theirs"));
      assertThat(file(ours, "one")).content().contains("theirs");
    }
  }

  @Test
  void whoOnlySaysToBeOfThisInstallationIsNot() throws Exception {
    // Given
    try (House before = new House(disks, data)) {
      before.makePool("one", first);
      before.documents().put(people(3, "genuine"));
      before.makePool("two", second);
      // Whoever held the disk in their hands knows the id, and a seal of something else.
      Files.writeString(
          file(before, "two"),
          Files.readString(file(before, "two"))
              .replace("\"revision\":3", "\"revision\":281474976710656")
              .replace("genuine", "forged"));
    }

    // When
    try (House after = new House(disks, data)) {
      after.ready(StorageKinds.POOL, awaitedPool(after, "one"));
      after.ready(StorageKinds.POOL, awaitedPool(after, "two"));

      // Then
      assertThat(awaited(after)).isEqualTo(people(3, "genuine"));
      after.until("it is on both again", () -> contains(file(after, "two"), "genuine"));
      assertThat(after.documents().put(people(4, "next")).on()).hasSize(2);
    }
  }

  @Test
  void whateverIsAmongDocumentsTheUsableOnesAreRead() throws Exception {
    // Given
    try (House before = new House(disks, data)) {
      before.makePool("one", first);
      before.documents().put(people(3, "kept"));
      String good = Files.readString(file(before, "one"));
      Files.createSymbolicLink(file(before, "one", "link"), Path.of("/etc/passwd"));
      Files.createDirectory(file(before, "one", "directory"));
      Files.writeString(file(before, "one", "other"), good);
      Files.writeString(file(before, "one").resolveSibling("...json"), good);
      Files.writeString(file(before, "one").resolveSibling("sharing.people.json"), good);
      Files.writeString(file(before, "one", "deep"), "[".repeat(100_000));
      Files.writeString(file(before, "one", "text"), "no JSON \u0000 \uFFFF");
      Files.writeString(
          file(before, "one", "high"),
          good.replace("\"people\"", "\"high\"")
              .replace("\"revision\":3", "\"revision\":9223372036854775807"));
      try (RandomAccessFile large =
          new RandomAccessFile(file(before, "one", "large").toFile(), "rw")) {
        large.setLength(1L << 40);
      }
    }

    // When
    try (House after = new House(disks, data)) {
      ServiceDocument held = awaited(after);

      // Then
      assertThat(held).isEqualTo(people(3, "kept"));
      for (String name : List.of("link", "directory", "other", "deep", "text", "high", "large")) {
        ServiceDocument.Key key = new ServiceDocument.Key(PEOPLE.service(), new Name(name));
        assertThat(after.documents().find(key)).isEmpty();
        assertThat(after.documents().ofOthers(key)).isEmpty();
      }
      after.ready(StorageKinds.POOL, "one");
      after.documents().put(people(4, "newer"));
      assertThat(file(after, "one")).content().contains("newer");
    }
  }
}
