package io.homecloud.sharing.samba;

import static io.homecloud.sharing.samba.People.ALICE;
import static io.homecloud.sharing.samba.People.BOB;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.homecloud.sharing.serving.ClientSession;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What clients that are connected notice of changes: nothing, unless something was taken. */
class SambaChangesIT {
  private static final List<Person> BOTH = List.of(ALICE, BOB);

  private static SambaHouse house;
  private static Path docs;
  private static Path films;
  private static Path file;

  @BeforeAll
  static void serve() throws Exception {
    house = new SambaHouse();
    docs = house.volume("docs");
    films = house.volume("films");
    file = Files.writeString(house.scratch("file"), "content");
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static void apply(List<Person> people, ServedShare... shares) {
    Applied applied = house.server.apply(new Serving(List.of(shares), people, List.of()));
    assertThat(applied).isEqualTo(new Applied.InPlace(house.port));
  }

  private static Shares docs() {
    return Shares.of("docs", docs);
  }

  /** One that has written a file of that name and stays connected. */
  private static OpenClient connected(String account, String share, Path root, String name) {
    OpenClient client = new OpenClient(house.as(account), share).type("put " + file + " " + name);
    eventually(() -> assertThat(root.resolve(name)).hasContent("content"));
    return client;
  }

  @Test
  void anotherShareIsAddedAndRemovedBesideATransfer() throws Exception {
    // Given
    Path big = house.scratch("big");
    SambaHouse.tool("dd", "if=/dev/urandom", "of=" + big, "bs=1M", "count=200", "status=none");
    apply(BOTH, docs().writtenBy(ALICE).share());
    OpenClient client = connected("alice", "docs", docs, "first");
    client.type("put " + big + " big");

    // When
    for (int i = 0; i < 5; i++) {
      apply(
          BOTH,
          docs().writtenBy(ALICE).readBy(BOB).share(),
          Shares.of("films", films).writtenBy(BOB).share());
      assertThat(house.as("bob").run("films", "ls").ok()).isTrue();
      apply(BOTH, docs().writtenBy(ALICE).share());
    }

    // Then
    assertThat(client.end()).doesNotContain("NT_STATUS");
    assertThat(Files.mismatch(big, docs.resolve("big"))).isEqualTo(-1);
  }

  @Test
  void whoMayOnlyReadNowWritesNoMoreAndOthersGoOn() {
    // Given
    apply(BOTH, docs().writtenBy(ALICE, BOB).share());
    OpenClient alice = connected("alice", "docs", docs, "a1");
    OpenClient bob = connected("bob", "docs", docs, "b1");

    // When
    apply(BOTH, docs().writtenBy(BOB).readBy(ALICE).share());

    // Then
    bob.type("put " + file + " b2");
    eventually(() -> assertThat(docs.resolve("b2")).hasContent("content"));
    assertThat(alice.type("put " + file + " a2").end()).contains("NT_STATUS");
    assertThat(docs.resolve("a2")).doesNotExist();
    assertThat(bob.end()).doesNotContain("NT_STATUS");
    assertThat(house.as("alice").run("docs", "ls").ok()).isTrue();
  }

  @Test
  void whoMayNothingNowIsThrownOut() {
    // Given
    apply(BOTH, docs().writtenBy(ALICE, BOB).share());
    OpenClient bob = connected("bob", "docs", docs, "b3");

    // When
    apply(BOTH, docs().writtenBy(ALICE).share());

    // Then
    assertThat(bob.type("ls").end()).contains("NT_STATUS");
    assertThat(house.as("bob").run("docs", "ls").said()).contains("NT_STATUS_ACCESS_DENIED");
  }

  @Test
  void aShareThatIsNoMoreIsLetGo() {
    // Given
    apply(
        BOTH,
        docs().writtenBy(ALICE).share(),
        Shares.of("films", films).guests(Level.WRITE).share());
    OpenClient client = connected("bob", "films", films, "f1");

    // When
    apply(BOTH, docs().writtenBy(ALICE).share());

    // Then
    eventually(() -> assertThat(house.holders(films)).isEmpty());
    assertThat(client.type("ls").end()).contains("NT_STATUS");
    assertThat(house.as("bob").run("films", "ls").said()).contains("NT_STATUS_BAD_NETWORK_NAME");
  }

  @Test
  void sessionsOfADisabledAccountEnd() {
    // Given
    apply(BOTH, docs().writtenBy(ALICE, BOB).share());
    OpenClient bob = connected("bob", "docs", docs, "b4");
    OpenClient alice = connected("alice", "docs", docs, "a4");

    // When
    apply(List.of(ALICE, People.disabled(BOB)), docs().writtenBy(ALICE, BOB).share());

    // Then
    eventually(() ->
        assertThat(house.server.sessions())
            .extracting(ClientSession::account)
            .doesNotContain(BOB.name()));
    assertThat(bob.type("ls").end()).contains("NT_STATUS");
    assertThat(alice.type("ls").end()).doesNotContain("NT_STATUS");
    assertThat(house.as("bob").run("docs", "ls").said()).contains("NT_STATUS_LOGON_FAILURE");
  }

  @Test
  void sessionsEndWithThePasswordThatTheyCameWith() {
    // Given
    apply(BOTH, docs().writtenBy(ALICE, BOB).share());
    OpenClient bob = connected("bob", "docs", docs, "b5");
    OpenClient alice = connected("alice", "docs", docs, "a5");

    // When
    Person renewed = People.person("bob", BOB.id(), "Another horse 10");
    apply(List.of(ALICE, renewed), docs().writtenBy(ALICE, BOB).share());

    // Then
    eventually(() ->
        assertThat(house.server.sessions())
            .extracting(ClientSession::account)
            .doesNotContain(BOB.name()));
    assertThat(bob.type("ls").end()).contains("NT_STATUS");
    assertThat(alice.type("ls").end()).doesNotContain("NT_STATUS");
    assertThat(house.as("bob").run("docs", "ls").said()).contains("NT_STATUS_LOGON_FAILURE");
  }

  @Test
  void aRecycleBinThatIsSwitchedOnIsThereForWhoIsConnected() {
    // Given
    apply(BOTH, docs().writtenBy(ALICE, BOB).share());
    OpenClient alice = connected("alice", "docs", docs, "a6");
    OpenClient bob = connected("bob", "docs", docs, "b6");
    eventually(() -> assertThat(openFiles("bob")).isEmpty());
    bob.type("open b6");
    eventually(() -> assertThat(openFiles("bob")).containsExactly("b6"));

    // When
    apply(BOTH, docs().writtenBy(ALICE, BOB).recycleBin().share());

    // Then
    assertThat(alice.type("del a6").end()).contains("NT_STATUS");
    assertThat(house.as("alice").run("docs", "del a6").ok()).isTrue();
    assertThat(docs.resolve(".recycle/a6")).hasContent("content");
    // Who has something open goes on with it, and is there until that is closed.
    bob.type("put " + file + " b7");
    eventually(() -> {
      assertThat(docs.resolve("b7")).hasContent("content");
      assertThat(openFiles("bob")).containsExactly("b6");
    });
    bob.type("close 1");
    Eventually.within(
        Duration.ofMinutes(1),
        () ->
            assertThat(house.server.sessions())
                .extracting(ClientSession::account, ClientSession::share)
                .contains(tuple(BOB.name(), null)));
    assertThat(bob.type("del b7").end()).contains("NT_STATUS");
    assertThat(docs.resolve("b7")).exists();
  }

  private static List<String> openFiles(String account) {
    return house.server.sessions().stream()
        .filter(session -> session.account() != null && session.account().value().equals(account))
        .flatMap(session -> session.openFiles().stream())
        .toList();
  }

  @Test
  void theSameAgainChangesNothing() throws Exception {
    // Given
    apply(BOTH, docs().writtenBy(ALICE).share());
    Object before = Files.getAttribute(house.settings.directory().resolve("smb.conf"), "unix:ino");

    // When
    apply(BOTH, docs().writtenBy(ALICE).share());

    // Then
    assertThat(Files.getAttribute(house.settings.directory().resolve("smb.conf"), "unix:ino"))
        .isEqualTo(before);
  }
}
