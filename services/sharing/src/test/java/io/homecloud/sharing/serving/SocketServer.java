package io.homecloud.sharing.serving;

import io.homecloud.control.Name;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The smallest server of shares: a client sends a share's name in a line and is answered {@code ok}
 * or {@code no}; then the server works in the share's directory until one of them goes.
 */
public final class SocketServer implements ShareServer {
  private final Protocol protocol;
  private final ServerListener listener;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<String, Client> clients = new ConcurrentHashMap<>();
  private final List<Serving> given = new ArrayList<>();
  private volatile Serving serving = Serving.NOTHING;
  private volatile Health health = new Health.Off();
  private @Nullable ServerSocket socket;
  private @Nullable String refusal;
  private volatile Optional<String> elsewhere = Optional.empty();

  public SocketServer(Protocol protocol, ServerListener listener) {
    this.protocol = protocol;
    this.listener = listener;
  }

  private record Client(
      String id, Socket socket, Name share, Path root, DirectoryStream<Path> held, Instant since) {
    void end() {
      try (socket;
          held) {
        // It cannot answer any more.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public Protocol protocol() {
    return protocol;
  }

  /** Everything that it was given, oldest first. */
  public synchronized List<Serving> given() {
    return List.copyOf(given);
  }

  /** The share of that name, as it is served now. */
  public Optional<ServedShare> share(String name) {
    return serving.shares().stream()
        .filter(share -> share.name().value().equals(name) && share.protocols().contains(protocol))
        .findFirst();
  }

  /** From now on it takes nothing else, with these words; null ends that. */
  public synchronized void refuse(@Nullable String words) {
    refusal = words;
  }

  /** As if somebody else had its port, with these words; null ends that. */
  public void move(@Nullable String words) {
    elsewhere = Optional.ofNullable(words);
    listener.changed(health);
  }

  @Override
  public Optional<String> elsewhere() {
    return elsewhere;
  }

  /** As if it had been killed, or had come back. */
  public void become(Health now) {
    health = now;
    listener.changed(now);
  }

  @Override
  public synchronized Applied apply(Serving wished) {
    if (refusal != null) {
      return new Applied.Refused(refusal);
    }
    given.add(wished);
    serving = wished;
    for (Client client : List.copyOf(clients.values())) {
      if (share(client.share().value()).filter(now -> now.root().equals(client.root())).isEmpty()) {
        disconnect(client.id());
      }
    }
    if (wished.shares().stream().noneMatch(share -> share.protocols().contains(protocol))) {
      stop();
      return new Applied.InPlace(0);
    }
    return new Applied.InPlace(listen());
  }

  private int listen() {
    ServerSocket open = socket;
    if (open == null) {
      try {
        open = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      socket = open;
      health = new Health.Up();
      ServerSocket accepting = open;
      Thread.ofVirtual().start(() -> accept(accepting));
    }
    return open.getLocalPort();
  }

  private void accept(ServerSocket from) {
    while (true) {
      try {
        Socket client = from.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return; // it was closed
      }
    }
  }

  private void serve(Socket client) {
    String id = Integer.toString(ids.incrementAndGet());
    try (client;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8))) {
      Optional<ServedShare> share = share(String.valueOf(in.readLine()));
      if (share.isEmpty()) {
        client.getOutputStream().write("no\n".getBytes(StandardCharsets.UTF_8));
        return;
      }
      Path root = share.get().root();
      try (DirectoryStream<Path> held = Files.newDirectoryStream(root)) {
        Instant since = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        clients.put(id, new Client(id, client, share.get().name(), root, held, since));
        client.getOutputStream().write("ok\n".getBytes(StandardCharsets.UTF_8));
        listener.sessionsChanged();
        while (in.read() >= 0) {
          // It only stays.
        }
      }
    } catch (IOException e) {
      // It went, or was told to.
    } finally {
      if (clients.remove(id) != null) {
        listener.sessionsChanged();
      }
    }
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public List<ClientSession> sessions() {
    return clients.values().stream()
        .map(client ->
            new ClientSession(
                protocol,
                client.id(),
                null,
                client.socket().getInetAddress().getHostAddress(),
                client.share(),
                client.since(),
                List.of(),
                ""))
        .toList();
  }

  @Override
  public boolean disconnect(String id) {
    Client client = clients.remove(id);
    if (client == null) {
      return false;
    }
    client.end();
    listener.sessionsChanged();
    return true;
  }

  private synchronized void stop() {
    List.copyOf(clients.keySet()).forEach(this::disconnect);
    ServerSocket open = socket;
    socket = null;
    health = new Health.Off();
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    stop();
  }
}
