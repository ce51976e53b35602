package io.homecloud.sharing.share;

import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** How the servers of this node are, for people and for those who print addresses. */
final class Servers {
  private final ServerSet set;
  private final ShareUrls urls;

  Servers(ServerSet set, ShareUrls urls) {
    this.set = set;
    this.urls = urls;
  }

  /** Whether a server runs. */
  enum State {
    /** Nothing is to be served by it. */
    Off,
    Up,
    /** It cannot run, or refuses what it was given; {@code message} says why. */
    Down
  }

  /**
   * The server of a protocol.
   *
   * @param port where it listens, while it runs
   * @param url of WebDAV's: where pages and API are over HTTPS
   * @param message why it does not run, or is not where clients look for it
   */
  @Schema(name = "ShareServer")
  record Server(
      Protocol protocol,
      State state,
      @Nullable Integer port,
      @Nullable String url,
      @Nullable String message) {}

  List<Server> all() {
    Map<Protocol, Applied> answered = set.answered();
    List<Server> found = new ArrayList<>();
    for (ShareServer server : set.all()) {
      found.add(server(server, answered));
    }
    return found;
  }

  private Server server(ShareServer server, Map<Protocol, Applied> answered) {
    Protocol protocol = server.protocol();
    Applied applied = answered.get(protocol);
    Optional<String> failure = applied == null ? Optional.empty() : set.failure(protocol, answered);
    if (failure.isPresent()) {
      return new Server(protocol, State.Down, null, null, failure.get());
    }
    if (server.health() instanceof Health.Up && applied instanceof Applied.InPlace(int port)) {
      return new Server(
          protocol,
          State.Up,
          port,
          server.always() ? urls.pages(port) : null,
          server.elsewhere().orElse(null));
    }
    return new Server(protocol, State.Off, null, null, null);
  }

  Optional<URI> pages() {
    return all().stream()
        .filter(server -> server.state() == State.Up)
        .flatMap(server -> Stream.ofNullable(server.url()))
        .map(URI::create)
        .findFirst();
  }

  /** Whether those run that have something to serve without shares. */
  boolean allServe() {
    return set.all().stream()
        .filter(ShareServer::always)
        .allMatch(server -> set.answered().get(server.protocol()) instanceof Applied.InPlace);
  }
}
