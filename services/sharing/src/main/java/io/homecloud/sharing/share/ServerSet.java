package io.homecloud.sharing.share;

import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.serving.ShareServer.Health;
import io.homecloud.sharing.serving.ShareServers;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The servers of this node, given what is to be served side by side. One call at a time. */
final class ServerSet implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ServerSet.class);

  private final Map<Protocol, ShareServer> servers;

  /** Those that have been given something, and so must hear when there is nothing any more. */
  private final Set<Protocol> begun = EnumSet.noneOf(Protocol.class);

  private final ShareServers last;
  private final ConfigurationWatch watch;
  private final Runnable asked;
  private volatile Map<Protocol, Applied> answered = Map.of();

  /**
   * @param last what is closed after all of them
   * @param changed called when somebody else changed what they read
   * @param asked called when all have answered
   */
  ServerSet(List<ShareServer> servers, ShareServers last, Runnable changed, Runnable asked) {
    this.last = last;
    this.asked = asked;
    this.watch = new ConfigurationWatch(changed);
    this.servers =
        servers.stream()
            .collect(
                Collectors.toMap(
                    ShareServer::protocol,
                    server -> server,
                    (_, _) -> {
                      throw new IllegalStateException("two servers of one protocol");
                    },
                    () -> new EnumMap<>(Protocol.class)));
  }

  Collection<ShareServer> all() {
    return servers.values();
  }

  Optional<ShareServer> of(Protocol protocol) {
    return Optional.ofNullable(servers.get(protocol));
  }

  /** What each server that has something to do with it made of it. */
  Map<Protocol, Applied> apply(Serving serving) {
    Set<Protocol> wished =
        serving.shares().stream()
            .map(ServedShare::protocols)
            .flatMap(Set::stream)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Protocol.class)));
    servers.forEach((protocol, server) -> {
      if (server.always()) {
        wished.add(protocol);
      }
    });
    begun.addAll(wished);
    watch.acting();
    Map<Protocol, CompletableFuture<Applied>> running = new EnumMap<>(Protocol.class);
    for (Protocol protocol : begun) {
      ShareServer server = servers.get(protocol);
      running.put(
          protocol,
          server == null
              ? CompletableFuture.completedFuture(
                  new Applied.Unavailable("This installation has no server for it."))
              : CompletableFuture.supplyAsync(
                  () -> apply(server, serving), ServerSet::inOwnThread));
    }
    Map<Protocol, Applied> answers = new EnumMap<>(Protocol.class);
    running.forEach((protocol, answer) -> answers.put(protocol, answer.join()));
    watch.settled(
        servers.values().stream().flatMap(server -> server.configuration().stream()).toList());
    begun.retainAll(wished);
    answered = Map.copyOf(answers);
    asked.run();
    return answers;
  }

  /** What the servers made of what they were given last. */
  Map<Protocol, Applied> answered() {
    return answered;
  }

  /** Of the system: servers are started and waited for in the kernel. */
  private static void inOwnThread(Runnable work) {
    Thread.ofPlatform().daemon().name("sharing-apply").start(work);
  }

  private static Applied apply(ShareServer server, Serving serving) {
    try {
      return server.apply(serving);
    } catch (RuntimeException e) {
      LOG.errorf(e, "%s was not brought in line", server.protocol());
      return new Applied.Unavailable("It could not be brought in line; the log says why.");
    }
  }

  /** Why a protocol's server is not where clients look for it; empty when it is. */
  Optional<String> elsewhere(Protocol protocol) {
    return of(protocol).flatMap(ShareServer::elsewhere);
  }

  /** Which of those that were asked do not serve, and why. */
  Map<Protocol, String> failures() {
    Map<Protocol, Applied> of = answered;
    Map<Protocol, String> failures = new EnumMap<>(Protocol.class);
    for (Protocol protocol : of.keySet()) {
      failure(protocol, of).ifPresent(words -> failures.put(protocol, words));
    }
    return failures;
  }

  /** Whether clients of a protocol are served now. */
  boolean serves(Protocol protocol) {
    return answered.get(protocol) instanceof Applied.InPlace
        && of(protocol).map(ShareServer::health).filter(Health.Up.class::isInstance).isPresent();
  }

  /** Why a protocol does not serve, empty when it does. */
  Optional<String> failure(Protocol protocol, Map<Protocol, Applied> applied) {
    Applied answer = applied.get(protocol);
    return switch (answer) {
      case Applied.InPlace _ ->
          of(protocol)
              .map(ShareServer::health)
              .flatMap(health ->
                  health instanceof Health.Down(String words)
                      ? Optional.of("It does not run: " + words)
                      : Optional.empty());
      case Applied.Refused(String words) ->
          Optional.of("It refuses its configuration and goes on as before: " + words);
      case Applied.Unavailable(String sentence) -> Optional.of(sentence);
      case null -> Optional.of("It was not asked yet.");
    };
  }

  @Override
  public void close() {
    watch.close();
    for (ShareServer server : servers.values()) {
      try {
        server.close();
      } catch (RuntimeException e) {
        LOG.errorf(e, "%s did not end in order", server.protocol());
      }
    }
    last.close();
  }
}
