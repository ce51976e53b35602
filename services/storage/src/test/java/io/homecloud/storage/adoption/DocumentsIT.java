package io.homecloud.storage.adoption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.document.DocumentFeature;
import io.homecloud.storage.document.DocumentFeature.Held;
import io.homecloud.storage.document.ServiceDocument;
import io.homecloud.storage.document.ServiceDocument.Key;
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
  private static final Key PEOPLE = new Key(new Name("sharing"), new Name("people"));
  private static final String FILE = ".homecloud/documents/sharing.people.json";

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

  private static Path file(House house, String pool) {
    return house.pool(pool).root().resolve(FILE);
  }

  private static Held awaited(House house) {
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
      before.documents().put(people(2, "new"));
      // One of them was away when the newer was written.
      Files.writeString(
          file(before, "one"),
          Files.readString(file(before, "two"))
              .replace("\"revision\":2", "\"revision\":1")
              .replace("new", "old"));
    }

    // When
    try (House after = new House(disks, data)) {
      after.ready(StorageKinds.POOL, awaitedPool(after, "one"));
      after.ready(StorageKinds.POOL, awaitedPool(after, "two"));

      // Then
      after.until("the newer on both", () -> contains(file(after, "one"), "new"));
      assertThat(file(after, "two")).content().contains("new");
      assertThat(after.documents().find(PEOPLE)).contains(new Held(people(2, "new"), true));
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
  void thatOfAnotherInstallationCountsUntilThereIsAnOwnOne() {
    // Given
    try (House theirs = new House(disks, data)) {
      theirs.makePool("one", first);
      theirs.documents().put(people(9, "theirs"));
    }
    try (House ours = new House(disks, disks.directory().resolve("elsewhere"))) {
      ours.adoption().adopt(List.of(first.toString()), Optional.empty());
      ours.ready(StorageKinds.POOL, "one");
      assertThat(awaited(ours)).isEqualTo(new Held(people(9, "theirs"), false));

      // When
      ours.documents().put(people(1, "ours"));

      // Then
      assertThat(ours.documents().find(PEOPLE)).contains(new Held(people(1, "ours"), true));
      assertThat(file(ours, "one")).content().contains("ours");
    }
  }

  @Test
  void whateverIsAmongDocumentsTheUsableOnesAreRead() throws Exception {
    // Given
    try (House before = new House(disks, data)) {
      before.makePool("one", first);
      before.documents().put(people(3, "kept"));
      Path documents = file(before, "one").getParent();
      String good = Files.readString(file(before, "one"));
      Files.createSymbolicLink(documents.resolve("sharing.link.json"), Path.of("/etc/passwd"));
      Files.createDirectory(documents.resolve("sharing.directory.json"));
      Files.writeString(documents.resolve("sharing.other.json"), good);
      Files.writeString(documents.resolve("..json"), good);
      Files.writeString(documents.resolve("sharing.people.json.aside"), good);
      Files.writeString(documents.resolve("sharing.deep.json"), "[".repeat(100_000));
      Files.writeString(documents.resolve("sharing.text.json"), "no JSON \u0000 \uFFFF");
      Files.writeString(
          documents.resolve("sharing.high.json"),
          good.replace("\"people\"", "\"high\"")
              .replace("\"revision\":3", "\"revision\":9223372036854775807"));
      try (RandomAccessFile large =
          new RandomAccessFile(documents.resolve("sharing.large.json").toFile(), "rw")) {
        large.setLength(1L << 40);
      }
    }

    // When
    try (House after = new House(disks, data)) {
      Held held = awaited(after);

      // Then
      assertThat(held).isEqualTo(new Held(people(3, "kept"), true));
      for (String name : List.of("link", "directory", "other", "deep", "text", "high", "large")) {
        assertThat(after.documents().find(new Key(PEOPLE.service(), new Name(name)))).isEmpty();
      }
      after.ready(StorageKinds.POOL, "one");
      after.documents().put(people(4, "newer"));
      assertThat(file(after, "one")).content().contains("newer");
    }
  }
}
