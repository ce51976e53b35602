package io.homecloud.sharing.samba;

import static io.homecloud.sharing.samba.People.ALICE;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.Serving;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who is connected. */
class SambaSessionsIT {
  private static SambaHouse house;
  private static Path root;
  private static Path file;

  @BeforeAll
  static void serve() throws Exception {
    house = new SambaHouse();
    root = house.volume("docs");
    file = Files.writeString(house.scratch("file"), "content");
    Shares docs = Shares.of("docs", root).writtenBy(ALICE).accessLog();
    Shares open = Shares.of("quiet", root).guests(Level.READ);
    house.server.apply(new Serving(List.of(docs.share(), open.share()), List.of(ALICE), List.of()));
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static OpenClient connected(SmbClient as, String share) {
    eventually(() -> assertThat(house.server.sessions()).noneMatch(session -> of(session, share)));
    OpenClient client = new OpenClient(as, share);
    eventually(() -> assertThat(house.server.sessions()).anyMatch(session -> of(session, share)));
    return client;
  }

  private static boolean of(ClientSession session, String share) {
    return SambaHouse.name(share).equals(session.share());
  }

  private static ClientSession the(String share) {
    return house.server.sessions().stream()
        .filter(session -> of(session, share))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void tellsWhoFromWhereAndHow() {
    // Given
    Instant before = Instant.now();

    // When
    try (OpenClient _ = connected(house.as("alice"), "docs");
        OpenClient _ = connected(house.guest(), "quiet")) {
      ClientSession alice = the("docs");
      ClientSession guest = the("quiet");

      // Then
      assertThat(alice.protocol()).isEqualTo(Protocol.SMB);
      assertThat(alice.account()).isEqualTo(ALICE.name());
      assertThat(alice.address()).isEqualTo("127.0.0.1");
      assertThat(alice.since()).isBetween(before.minusSeconds(1), Instant.now());
      assertThat(alice.security()).isEqualTo("SMB3.11, not encrypted");
      assertThat(guest.account()).isNull();
    }
    eventually(() -> assertThat(house.server.sessions()).isEmpty());
  }

  @Test
  void tellsOpenFilesAndEncryption() {
    // Given
    SmbClient encrypted = house.as("alice").with("--client-protection=encrypt");
    assertThat(encrypted.run("docs", "put " + file + " held").ok()).isTrue();

    // When
    try (OpenClient client = connected(encrypted, "docs")) {
      client.type("open held");

      // Then
      eventually(() -> assertThat(the("docs").openFiles()).contains("held"));
      assertThat(the("docs").security()).startsWith("SMB3.11, AES-");
    }
  }

  @Test
  void disconnectedOnceAndNotTwice() {
    // Given
    OpenClient client = connected(house.as("alice"), "docs");
    String id = the("docs").id();

    // When
    boolean ended = house.server.disconnect(id);

    // Then
    assertThat(ended).isTrue();
    eventually(() -> assertThat(house.server.sessions()).isEmpty());
    assertThat(client.type("ls").end()).contains("NT_STATUS");
    assertThat(house.server.disconnect(id)).isFalse();
    assertThat(house.as("alice").run("docs", "ls").ok()).isTrue();
  }

  /** Who looked whether Samba is ready has come and gone, too. */
  private static int changesWhenQuiet(SambaHouse of) {
    int[] changes = {0};
    eventually(() -> {
      changes[0] = of.sessionChanges();
      Thread.sleep(3 * SessionWatch.QUIET_MILLIS);
      assertThat(of.sessionChanges()).isEqualTo(changes[0]);
    });
    return changes[0];
  }

  @Test
  void openedAndClosedIsToldAndNotWhatWeAskOurselves() throws Exception {
    // Given
    int before = changesWhenQuiet(house);

    // When
    OpenClient client = connected(house.as("alice"), "docs");

    // Then
    eventually(() -> assertThat(house.sessionChanges()).isGreaterThan(before));
    int opened = changesWhenQuiet(house);
    client.close();
    eventually(() -> assertThat(house.sessionChanges()).isGreaterThan(opened));
    changesWhenQuiet(house);
    eventually(() -> {
      int closed = house.sessionChanges();
      house.server.sessions();
      Thread.sleep(2 * SessionWatch.QUIET_MILLIS);
      assertThat(house.sessionChanges()).isEqualTo(closed);
    });
  }

  @Test
  void whoHasSignedInAndNoShareYetIsLookedAtAgain() {
    try (SambaHouse quiet = new SambaHouse()) {
      // Given
      Shares docs = Shares.of("docs", quiet.volume("docs")).writtenBy(ALICE);
      quiet.server.apply(new Serving(List.of(docs.share()), List.of(ALICE), List.of()));
      try (OpenClient _ = new OpenClient(quiet.as("alice"), "IPC$")) {
        eventually(() -> assertThat(quiet.server.sessions()).hasSize(1));
        int before = changesWhenQuiet(quiet);

        // When
        List<ClientSession> sessions = quiet.server.sessions();

        // Then
        assertThat(sessions).extracting(ClientSession::share).containsOnlyNulls();
        eventually(() -> assertThat(quiet.sessionChanges()).isGreaterThan(before));
      }
    }
  }

  @Test
  void whoDidWhatIsWrittenDownWhereWishedAlone() {
    // Given
    house.accesses.clear();

    // When
    house.as("alice").run("docs", "put " + file + " logged; rename logged gone; del gone");
    house.as("alice").run("quiet", "get logged -");

    // Then
    eventually(() ->
        assertThat(house.accesses)
            .filteredOn(access -> access.result().equals("ok"))
            .extracting(access -> access.action() + " " + access.path())
            .contains(
                "connect ",
                "create_file logged",
                "renameat logged|gone",
                "unlinkat gone",
                "disconnect "));
    assertThat(house.accesses)
        .allSatisfy(access -> {
          assertThat(access.share()).isEqualTo(SambaHouse.name("docs"));
          assertThat(access.account()).isEqualTo(ALICE.name());
          assertThat(access.address()).isEqualTo("127.0.0.1");
        });
  }

  @Test
  void nobodyWritesALineOfTheLogWithTheNameOfAFile() throws Exception {
    // Given
    house.as("alice").run("docs", "mkdir odd");
    Files.writeString(root.resolve("odd/x\nanna|192.168.1.9|docs|unlinkat|ok|wedding.jpg"), "");
    house.accesses.clear();

    // When
    house.as("alice").run("docs", "cd odd; del *");

    // Then
    eventually(() ->
        assertThat(house.accesses).extracting(Access::action).contains("unlinkat", "disconnect"));
    assertThat(house.accesses)
        .allSatisfy(access -> assertThat(access.account()).isEqualTo(ALICE.name()));
  }
}
