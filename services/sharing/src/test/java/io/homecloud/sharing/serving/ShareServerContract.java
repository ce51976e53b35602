package io.homecloud.sharing.serving;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link ShareServer} promises, whatever it speaks. */
public abstract class ShareServerContract {
  private static final Name ANYBODY = new Name("anybody");

  @TempDir Path roots = Path.of("/");

  private @Nullable ShareServer server;
  private Protocol protocol = Protocol.SMB;

  /** A fresh server that nobody else uses. */
  protected abstract ShareServer open(ServerListener listener) throws Exception;

  /** A client that is connected to the share until it is closed, and at least reads from it. */
  protected abstract AutoCloseable connect(int port, String share) throws Exception;

  /** Where shares' directories are made; ones that everybody may pass through. */
  protected Path roots() {
    return roots;
  }

  @BeforeEach
  void start() throws Exception {
    ShareServer fresh = open(ServerListener.NONE);
    server = fresh;
    protocol = fresh.protocol();
  }

  @AfterEach
  void end() {
    server().close();
  }

  private ShareServer server() {
    return java.util.Objects.requireNonNull(server);
  }

  @Test
  void withoutSharesItIsOff() {
    // When
    Applied applied = server().apply(Serving.NOTHING);
    // Then
    assertThat(applied).isInstanceOf(Applied.InPlace.class);
    assertThat(server().health()).isEqualTo(new Health.Off());
    assertThat(server().sessions()).isEmpty();
  }

  @Test
  void aShareCanBeUsedAsSoonAsThatIsSaid() throws Exception {
    // When
    int port = port(server().apply(serving("one")));
    // Then
    assertThat(server().health()).isEqualTo(new Health.Up());
    connect(port, "one").close();
  }

  @Test
  void theSameAgainChangesNothing() throws Exception {
    // Given
    int port = port(server().apply(serving("one")));
    try (AutoCloseable _ = connect(port, "one")) {
      List<String> before = known();
      // When
      int again = port(server().apply(serving("one")));
      // Then
      assertThat(again).isEqualTo(port);
      assertThat(ids()).isEqualTo(before);
    }
  }

  @Test
  void anotherShareDisturbsNobody() throws Exception {
    // Given
    int port = port(server().apply(serving("one")));
    try (AutoCloseable _ = connect(port, "one")) {
      List<String> before = known();
      // When
      port(server().apply(serving("one", "two")));
      connect(port, "two").close();
      port(server().apply(serving("one")));
      // Then
      assertThat(ids()).containsAll(before);
    }
  }

  @Test
  void whatIsWithdrawnLetsGoOfItsDirectory() throws Exception {
    // Given
    int port = port(server().apply(serving("one", "two")));
    try (AutoCloseable _ = connect(port, "one")) {
      // When
      port(server().apply(serving("two")));
      // Then
      eventually(() ->
          assertThat(server().sessions())
              .noneMatch(session -> new Name("one").equals(session.share())));
    }
  }

  @Test
  void aSessionIsEndedOnceByItsId() throws Exception {
    // Given
    int port = port(server().apply(serving("one")));
    try (AutoCloseable _ = connect(port, "one")) {
      String id = known().getFirst();
      // When
      boolean ended = server().disconnect(id);
      // Then
      assertThat(ended).isTrue();
      eventually(() -> assertThat(ids()).doesNotContain(id));
      assertThat(server().disconnect("no-such-session")).isFalse();
    }
  }

  @Test
  void closedItListensNoMore() {
    // Given
    int port = port(server().apply(serving("one")));
    // When
    server().close();
    // Then
    eventually(() -> assertThat(listens(port)).isFalse());
  }

  /** Who is connected; some servers tell it a moment later. */
  private List<String> known() {
    eventually(() -> assertThat(ids()).isNotEmpty());
    return ids();
  }

  private List<String> ids() {
    return server().sessions().stream().map(ClientSession::id).sorted().toList();
  }

  private static int port(Applied applied) {
    assertThat(applied).isInstanceOf(Applied.InPlace.class);
    return ((Applied.InPlace) applied).port();
  }

  private static boolean listens(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Shares that everybody may write, each with a directory of its own. */
  protected Serving serving(String... names) {
    List<ServedShare> shares = new ArrayList<>();
    for (String name : names) {
      Path root = directory(name);
      UUID uid = UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      shares.add(
          new ServedShare(
              uid,
              new Name(name),
              root,
              false,
              Map.of(),
              Set.of(protocol),
              List.of(),
              Level.WRITE,
              new NfsRule(List.of("127.0.0.0/8"), ANYBODY),
              SmbRule.DEFAULT,
              false,
              false,
              OptionalInt.empty(),
              null,
              OptionalLong.empty(),
              false));
    }
    Person anybody = new Person(new UUID(0, 1), ANYBODY, "", 20_000, Set.of(), true, null);
    return new Serving(shares, List.of(anybody), List.of());
  }

  private Path directory(String name) {
    try {
      Path directory = roots().resolve(name);
      if (!Files.exists(directory)) {
        Files.createDirectory(directory);
        Files.setAttribute(directory, "unix:uid", ServedShare.FILES_ID);
        Files.setAttribute(directory, "unix:gid", ServedShare.FILES_ID);
      }
      return directory;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
