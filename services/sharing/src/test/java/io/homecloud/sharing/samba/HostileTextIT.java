package io.homecloud.sharing.samba;

import static io.homecloud.sharing.samba.People.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that people choose changes what Samba's configuration says, as Samba itself reads it. */
class HostileTextIT {
  private static final long SEED = 20_261_126;
  private static final int TEXTS = 400;
  private static final List<String> PIECES =
      List.of(
          "%U",
          "%",
          "%(x)",
          "%$(PATH)",
          ";",
          "#",
          "\"",
          "'",
          "\\",
          "\n",
          "\r",
          "\t",
          " ",
          "  ",
          "=",
          "[global]",
          "[x]",
          "]",
          "\nguest ok = yes\n",
          "\\\n",
          "include = /etc/passwd",
          "{",
          "}",
          ":",
          ",",
          "$(id)",
          "`id`",
          "&",
          "|",
          "\u0000",
          "\u0007",
          "\u00a0",
          "\u2028",
          "ä",
          "u\u0308",
          "日本",
          "\uf022",
          "a",
          "b",
          "0",
          "-",
          ".",
          "..",
          "/",
          "~",
          "+",
          "@");

  private static SambaHouse house;

  @BeforeAll
  static void open() {
    house = new SambaHouse();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static Stream<String> texts() {
    Random random = new Random(SEED);
    return Stream.generate(
            () -> {
              StringBuilder text = new StringBuilder();
              for (int i = random.nextInt(1, 8); i > 0; i--) {
                text.append(PIECES.get(random.nextInt(PIECES.size())));
              }
              return text.toString();
            })
        .limit(TEXTS);
  }

  private static List<Path> paths() {
    List<Path> paths = new ArrayList<>();
    texts()
        .forEach(text -> {
          try {
            paths.add(Path.of("/srv", text));
          } catch (InvalidPathException e) {
            // not even Java takes it for one
          }
        });
    return paths;
  }

  @Test
  void aPathIsWrittenAsItIsOrNotAtAll(@TempDir Path directory) throws Exception {
    // Given
    SambaFiles files = SambaFiles.of(directory, directory.resolve("run"));
    List<Path> all = paths();
    List<ServedShare> fitting = new ArrayList<>();
    for (Path path : all) {
      if (SmbText.fits(path)) {
        fitting.add(Shares.of("s" + fitting.size(), path).writtenBy(ALICE).share());
      }
    }

    // When
    Map<String, Map<String, String>> read =
        Testparm.read(files, SmbConf.render(files, 445, serving(fitting, ALICE), Set.of()));

    // Then
    assertThat(fitting).hasSizeBetween(TEXTS / 40, TEXTS - TEXTS / 4);
    assertThat(read.keySet()).hasSize(fitting.size() + 1);
    for (ServedShare share : fitting) {
      assertThat(read.get(share.name().value()))
          .containsEntry("path", share.root().toString())
          .containsEntry("valid users", "alice")
          .doesNotContainKey("guest ok");
    }
  }

  @Test
  void whatDoesNotFitIsRefusedAndWhatServesStays() {
    // Given
    Path docs = house.volume("docs");
    ServedShare good = Shares.of("docs", docs).writtenBy(ALICE).share();
    house.server.apply(serving(List.of(good), ALICE));
    List<ServedShare> bad =
        new ArrayList<>(
            paths().stream()
                .filter(path -> !SmbText.fits(path))
                .map(path -> Shares.of("bad", path).writtenBy(ALICE).share())
                .toList());
    for (String name : List.of("global", "globals", "homes", "printers")) {
      bad.add(Shares.of(name, docs).writtenBy(ALICE).share());
    }

    for (ServedShare share : bad) {
      // When
      Applied applied = house.server.apply(serving(List.of(good, share), ALICE));

      // Then
      assertThat(applied).isInstanceOf(Applied.Refused.class);
    }
    assertThat(house.server.health()).isInstanceOf(Health.Up.class);
    assertThat(house.as("alice").run("docs", "ls").ok()).isTrue();
    assertThat(Name.valid("IPC$") || Name.valid("print$") || Name.valid("ADMIN$")).isFalse();
  }

  @Test
  void displayNamesAreNowhere(@TempDir Path directory) throws Exception {
    // Given
    SambaFiles files = SambaFiles.of(directory, directory.resolve("run"));
    List<ServedShare> shares =
        List.of(Shares.of("docs", Path.of("/srv/docs")).writtenBy(ALICE).share());
    Serving plain = serving(shares, ALICE);

    for (String text : texts().toList()) {
      // When
      Serving hostile = serving(shares, named(text));

      // Then
      assertThat(SmbConf.render(files, 445, hostile, Set.of()))
          .isEqualTo(SmbConf.render(files, 445, plain, Set.of()));
      assertThat(SambaPeople.users(hostile)).isEqualTo(SambaPeople.users(plain));
      assertThat(SambaPeople.groups(hostile)).isEqualTo(SambaPeople.groups(plain));
      assertThat(SambaPeople.passwords(hostile)).isEqualTo(SambaPeople.passwords(plain));
    }
  }

  private static Serving serving(List<ServedShare> shares, Person person) {
    return new Serving(shares, List.of(person), List.of());
  }

  private static Person named(String displayName) {
    return new Person(
        ALICE.uid(), ALICE.name(), displayName, ALICE.id(), Set.of(), true, ALICE.verifiers());
  }
}
