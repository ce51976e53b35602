package io.homecloud.sharing.samba;

import static io.homecloud.sharing.samba.People.ALICE;
import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.host.Host;
import io.homecloud.host.HostResult;
import io.homecloud.host.LocalHost;
import io.homecloud.sharing.serving.AddressGuard;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import io.homecloud.testkit.FreePort;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What goes wrong, and what becomes of it. */
class SambaBadDaysIT {
  private static SambaHouse house;
  private static Path docs;
  private static Path file;

  @BeforeAll
  static void serve() throws Exception {
    house = new SambaHouse();
    docs = house.volume("docs");
    file = Files.writeString(house.scratch("file"), "content");
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static Applied apply(ServedShare... shares) {
    return apply(ALICE, shares);
  }

  private static Applied apply(Person person, ServedShare... shares) {
    return house.server.apply(new Serving(List.of(shares), List.of(person), List.of()));
  }

  private static ServedShare docs() {
    return Shares.of("docs", docs).writtenBy(ALICE).share();
  }

  @Test
  void killedInATransferItComesBackWithAllThatWasAcknowledged() throws Exception {
    // Given
    apply(docs());
    Path big = house.scratch("big");
    SambaHouse.tool("dd", "if=/dev/urandom", "of=" + big, "bs=1M", "count=200", "status=none");
    assertThat(house.as("alice").run("docs", "put " + file + " acknowledged").ok()).isTrue();
    house.as("alice").list();
    Path pipe = house.scratch("pipe");
    SambaHouse.tool("mkfifo", pipe.toString());
    OpenClient client = new OpenClient(house.as("alice"), "docs").type("put " + pipe + " big");

    // When: it is killed while the transfer waits for more, however fast the machine is
    try (RandomAccessFile rest = new RandomAccessFile(pipe.toFile(), "rw")) {
      for (int mebibytes = 0; !arrived(docs.resolve("big")); mebibytes++) {
        assertThat(mebibytes).isLessThan(512);
        rest.write(new byte[1 << 20]);
      }
      house.killServer();
    }

    // Then
    eventually(() -> assertThat(house.server.health()).isInstanceOf(Health.Up.class));
    eventually(() -> assertThat(house.as("alice").run("docs", "ls").ok()).isTrue());
    assertThat(client.end()).contains("NT_STATUS_");
    assertThat(docs.resolve("acknowledged")).hasContent("content");
    assertThat(house.as("alice").run("docs", "put " + big + " big").ok()).isTrue();
    assertThat(Files.mismatch(big, docs.resolve("big"))).isEqualTo(-1);
    assertThat(house.as("alice").list().said()).contains("Disk|docs|");
  }

  private static boolean arrived(Path file) throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  @Test
  void whatWasBrokenByHandIsPutRight() throws Exception {
    // Given
    apply(docs());
    Path directory = house.settings.directory();
    Files.writeString(directory.resolve("smb.conf"), "[global\nguest ok = = yes");
    Files.writeString(directory.resolve("passwd"), "root:x:0:0");
    Files.delete(directory.resolve("private/smbpasswd"));
    assertThat(house.as("alice").run("docs", "ls").ok()).isFalse();

    // When
    Applied applied = apply(docs());

    // Then
    assertThat(applied).isEqualTo(new Applied.InPlace(house.port));
    assertThat(house.as("alice").run("docs", "ls").ok()).isTrue();
  }

  @Test
  void aPortThatIsTakenIsSaidWithTheWayOut() throws Exception {
    // Given
    try (ServerSocket other = new ServerSocket(0);
        SambaHouse second = new SambaHouse(other.getLocalPort())) {
      // When
      Applied applied =
          second.server.apply(new Serving(List.of(docs()), List.of(ALICE), List.of()));

      // Then
      assertThat(applied).isInstanceOf(Applied.Unavailable.class);
      assertThat(((Applied.Unavailable) applied).sentence())
          .contains("port " + other.getLocalPort())
          .contains("java (process " + io.homecloud.host.ProcessIdentity.self().pid() + ")");
      assertThat(second.server.health()).isInstanceOf(Health.Off.class);
    }
  }

  @Test
  void whereAnotherSambaHasThePortThatIsSaid() throws IOException {
    // Given
    apply(docs());
    int instead = FreePort.find();
    try (SambaServer second = house.beside(instead)) {
      // When
      Applied applied = second.apply(new Serving(List.of(docs()), List.of(ALICE), List.of()));

      // Then
      assertThat(applied).isEqualTo(new Applied.InPlace(instead));
      assertThat(second.elsewhere())
          .hasValueSatisfying(words ->
              assertThat(words)
                  .contains("SMB is at port " + instead, "Windows", "systemctl disable --now smbd")
                  .containsPattern("port " + house.port + " is taken by smbd \\(process \\d+\\)"));
      assertThat(SmbClient.as(instead, "alice", People.PASSWORD).run("docs", "ls").ok()).isTrue();
    }
    assertThat(house.server.elsewhere()).isEmpty();
  }

  @Test
  void whoGuessesPasswordsIsKeptOutAndOthersAreNot() {
    // Given
    AtomicBoolean asked = new AtomicBoolean();
    Host late =
        command ->
            command.argv().contains("ss") && !asked.getAndSet(true)
                ? new HostResult.TimedOut(command)
                : new LocalHost().run(command);
    try (SambaHouse guessed = new SambaHouse(FreePort.find(), late)) {
      Serving serving =
          new Serving(
              List.of(Shares.of("docs", guessed.volume("docs")).writtenBy(ALICE).share()),
              List.of(ALICE),
              List.of());
      guessed.server.apply(serving);
      String right = "--user=alice%" + People.PASSWORD;
      SmbClient beside = new SmbClient(guessed.port, List.of("--ip-address=::1", right));
      assertThat(guessed.as("alice").run("docs", "ls").ok()).isTrue();
      OpenClient connected = new OpenClient(guessed.as("alice"), "docs");
      eventually(() -> assertThat(guessed.server.sessions()).isNotEmpty());

      // When
      for (int i = 0; i < AddressGuard.MOST; i++) {
        SmbClient guess = SmbClient.as(guessed.port, "alice", "guess " + i);
        assertThat(guess.run("docs", "ls").said()).contains("NT_STATUS_LOGON_FAILURE");
      }

      // Then
      eventually(() -> {
        guessed.server.apply(serving);
        assertThat(guessed.as("alice").run("docs", "ls").ok()).isFalse();
      });
      assertThat(beside.run("docs", "ls").said()).doesNotContain("NT_STATUS_");
      // Nor does a connection go on that could not be ended at first.
      guessed.server.apply(serving);
      assertThat(connected.type("ls").end()).contains("NT_STATUS_");
    }
  }

  @Test
  void aLinkThatLeadsOutIsNotFollowed() throws Exception {
    // Given
    Path outside = house.owned(Files.writeString(house.volumes.resolve("outside"), "secret"));
    Files.createSymbolicLink(docs.resolve("absolute"), outside);
    Files.createSymbolicLink(docs.resolve("relative"), Path.of("../outside"));
    Files.createSymbolicLink(docs.resolve("up"), Path.of(".."));
    apply(docs());
    SmbClient alice = house.as("alice");

    // When
    List<String> answers =
        List.of(
            alice.run("docs", "get absolute -").said(),
            alice.run("docs", "get relative -").said(),
            alice.run("docs", "get up/outside -").said(),
            alice.run("docs", "put " + file + " up/made").said(),
            alice.run("docs", "get ../outside -").said());

    // Then
    assertThat(answers)
        .allSatisfy(said -> assertThat(said).contains("NT_STATUS_").doesNotContain("secret"));
    assertThat(house.volumes.resolve("made")).doesNotExist();
  }

  @Test
  void aQuotaThatIsReachedIsToldToTheClient() throws Exception {
    // Given
    Path small = house.volume("small");
    SambaHouse.tool("btrfs", "quota", "enable", "--simple", house.volumes.toString());
    SambaHouse.tool("btrfs", "qgroup", "limit", "20M", small.toString());
    Path big = house.scratch("too-big");
    SambaHouse.tool("dd", "if=/dev/urandom", "of=" + big, "bs=1M", "count=40", "status=none");
    apply(Shares.of("small", small).writtenBy(ALICE).share());

    // When
    String said = house.as("alice").run("small", "put " + big + " big").said();

    // Then
    assertThat(said).containsPattern("NT_STATUS_(DISK_FULL|QUOTA_EXCEEDED)");
  }

  @Test
  void passwordsOfAllCharactersOpen() throws Exception {
    // Given
    StringBuilder printable = new StringBuilder();
    for (char c = ' '; c <= '~'; c++) {
      printable.append(c);
    }
    String ascii = "x" + printable + "x";
    String umlauts = "Grüße, Пароль, 密码, 🔑 " + "ä".repeat(105);
    Path credentials = house.scratch("credentials");

    for (String password : List.of(ascii, umlauts, "ß", "  blanks  ")) {
      Person person = People.person("carla", 20_007, password);
      // When
      apply(person, Shares.of("docs", docs).writtenBy(person).share());

      // Then
      assertThat(SmbClient.as(house.port, "carla", password).run("docs", "ls").ok())
          .as(password)
          .isTrue();
      assertThat(SmbClient.as(house.port, "carla", password + "x").run("docs", "ls").ok())
          .isFalse();
      if (password.equals(password.strip())) {
        Files.writeString(credentials, "username = carla\npassword = " + password + "\n");
        SmbClient byFile =
            new SmbClient(house.port, List.of("--authentication-file=" + credentials));
        assertThat(byFile.run("docs", "ls").ok()).as(password).isTrue();
      }
    }
  }

  @Test
  void nothingIsLeftWhenNothingIsServed() throws IOException {
    // Given
    try (SambaHouse second = new SambaHouse()) {
      second.server.apply(new Serving(List.of(docs()), List.of(ALICE), List.of()));
      SmbClient.as(second.port, "alice", People.PASSWORD).list();

      // When
      Applied applied = second.server.apply(Serving.NOTHING);

      // Then
      assertThat(applied).isInstanceOf(Applied.InPlace.class);
      assertThat(second.server.health()).isInstanceOf(Health.Off.class);
      assertThat(second.processes()).isEmpty();
      assertThat(second.settings.runtime()).doesNotExist();
    }
  }
}
