package io.homecloud.sharing.samba;

import static io.homecloud.sharing.samba.People.ALICE;
import static io.homecloud.sharing.samba.People.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SmbConfTest {
  private static final SambaFiles FILES =
      new SambaFiles(Path.of("/srv/samba"), Path.of("/run/homecloud/smb-test"), "word");
  private static final Path ROOT = Path.of("/srv/shares/docs");

  private static String render(List<Person> people, ServedShare share) {
    return SmbConf.render(FILES, 445, new Serving(List.of(share), people, List.of()), Set.of());
  }

  @Test
  void aShareThatNobodyMayUseIsNotServed() {
    // Given
    ServedShare share = Shares.of("docs", ROOT).writtenBy(BOB).share();

    // When
    String text = render(List.of(ALICE, People.disabled(BOB)), share);

    // Then
    assertThat(text).doesNotContain("[docs]");
  }

  @Test
  void guestsMakeItOpenAndWritersStayNamed() {
    // Given
    ServedShare share = Shares.of("docs", ROOT).guests(Level.READ).writtenBy(ALICE).share();

    // When
    String text = render(List.of(ALICE, BOB), share);

    // Then
    assertThat(text)
        .contains("guest ok = yes", "read only = yes", "write list = alice\n")
        .doesNotContain("valid users");
  }

  @Test
  void nobodyWritesWhatIsReadOnly() {
    // Given
    ServedShare share =
        Shares.of("docs", ROOT).guests(Level.WRITE).writtenBy(ALICE).readOnly().share();

    // When
    String text = render(List.of(ALICE), share);

    // Then
    assertThat(text).doesNotContain("write list").doesNotContain("read only = no");
  }

  @Test
  void homesHaveNoGuestsAndOnlyThoseWithAHome() {
    // Given
    ServedShare share =
        Shares.of("people", ROOT)
            .homes(Map.of(ALICE.name(), ROOT.resolve("alice")))
            .guests(Level.READ)
            .share();

    // When
    String text = render(List.of(ALICE, BOB), share);

    // Then
    assertThat(text)
        .contains("valid users = alice\n", "path = /srv/samba/homes/" + share.uid() + "/%U\n")
        .doesNotContain("guest ok");
  }

  @Test
  void homesOfWhichNobodyHasOneServeNothing() {
    // Given
    ServedShare share = Shares.of("people", ROOT).homes(Map.of()).writtenBy(ALICE, BOB).share();

    // When
    String text = render(List.of(ALICE, BOB), share);

    // Then
    assertThat(text).doesNotContain("[people]").doesNotContain(ROOT.toString());
  }

  @Test
  void accountsThatCannotSignInAreKnownAllTheSame() {
    // When
    String passwords =
        SambaPeople.passwords(
            new Serving(List.of(), List.of(ALICE, People.disabled(BOB)), List.of()));

    // Then
    assertThat(passwords.lines())
        .hasSize(2)
        .anyMatch(
            line -> line.matches("alice:20000:X{32}:[0-9A-F]{32}:\\[U {10}]:LCT-[0-9A-F]{8}:"))
        .anyMatch(line -> line.matches("bob:20001:X{32}:X{32}:\\[DU {9}]:LCT-[0-9A-F]{8}:"));
  }
}
