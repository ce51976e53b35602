package io.homecloud.sharing.samba;

import static io.homecloud.sharing.samba.People.ALICE;
import static io.homecloud.sharing.samba.People.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who reaches which share over SMB, and with which rights. */
class SambaServerIT {
  private static SambaHouse house;
  private static Path docs;

  @BeforeAll
  static void serve() {
    house = new SambaHouse();
    docs = house.volume("docs");
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static Applied apply(ServedShare... shares) {
    return house.server.apply(new Serving(List.of(shares), List.of(ALICE, BOB), List.of()));
  }

  @Test
  void writesAndReadsForWhoMay() throws Exception {
    // Given
    Path file = Files.writeString(house.scratch("letter"), "Dear Bob,");

    // When
    Applied applied = apply(Shares.of("docs", docs).writtenBy(ALICE).readBy(BOB).share());

    // Then
    assertThat(applied).isEqualTo(new Applied.InPlace(house.port));
    assertThat(house.server.health()).isInstanceOf(Health.Up.class);
    assertThat(house.as("alice").run("docs", "put " + file + " letter").said()).contains("putting");
    assertThat(docs.resolve("letter")).hasContent("Dear Bob,");
    assertThat(Files.getAttribute(docs.resolve("letter"), "unix:uid"))
        .isEqualTo(ServedShare.FILES_ID);
    Path got = house.scratch("got");
    assertThat(house.as("bob").run("docs", "get letter " + got).ok()).isTrue();
    assertThat(got).hasContent("Dear Bob,");
    assertThat(house.as("bob").run("docs", "put " + file + " other").said())
        .contains("NT_STATUS_ACCESS_DENIED");
    assertThat(docs.resolve("other")).doesNotExist();
  }

  @Test
  void refusesWhoMayNotAndWrongPasswords() {
    // Given
    apply(
        Shares.of("alices", docs).writtenBy(ALICE).share(),
        Shares.of("everybodys", docs).guests(Level.READ).share());

    // When
    String bob = house.as("bob").run("alices", "ls").said();
    String wrong = SmbClient.as(house.port, "alice", "wrong").run("everybodys", "ls").said();
    SmbClient.Answer guest = house.guest().run("everybodys", "ls");
    String stranger = SmbClient.as(house.port, "nobody-here", "x").run("alices", "ls").said();

    // Then
    assertThat(bob).contains("NT_STATUS_ACCESS_DENIED");
    assertThat(wrong).contains("NT_STATUS_LOGON_FAILURE");
    assertThat(guest.ok()).as(guest.said()).isTrue();
    assertThat(stranger).contains("NT_STATUS_ACCESS_DENIED");
  }

  @Test
  void listsWhatSomebodyMayUseAndIsNotHidden() {
    // Given
    apply(
        Shares.of("alices", docs).writtenBy(ALICE).share(),
        Shares.of("hers-hidden", docs).writtenBy(ALICE).hidden().share(),
        Shares.of("bobs", docs).writtenBy(BOB).share());

    // When
    String seen = house.as("alice").list().said();

    // Then
    assertThat(seen).contains("Disk|alices|").doesNotContain("hers-hidden").doesNotContain("bobs");
    assertThat(house.as("alice").run("hers-hidden", "ls").ok()).isTrue();
  }
}
