package io.homecloud.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.host.HostCommand;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Debian's Chromium without a window, driven as its own developer tools drive it (the DevTools
 * protocol over a WebSocket). It knows {@link #HOST} as this machine, which it trusts no more than
 * any other host without HTTPS. It ends with this process.
 */
public final class Chromium implements AutoCloseable {
  /** Another name for this machine, as one in a home network. */
  public static final String HOST = "cloud.test";

  private static final Duration LIFE = Duration.ofMinutes(15);
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final Thread runner;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
  private final List<Consumer<JsonNode>> listeners = new CopyOnWriteArrayList<>();
  private int last;

  private Chromium(Path directory) {
    this.directory = directory;
    this.runner = Thread.ofPlatform().daemon().name("chromium").start(this::run);
    Path port = directory.resolve("profile/DevToolsActivePort");
    List<String> where = new ArrayList<>();
    Eventually.eventually(() -> {
      where.clear();
      where.addAll(Files.readAllLines(port));
      if (where.size() < 2) {
        throw new IllegalStateException("Chromium does not say yet where it listens");
      }
    });
    URI uri = URI.create("ws://127.0.0.1:" + where.getFirst() + where.getLast());
    this.socket = client.newWebSocketBuilder().buildAsync(uri, new Messages()).join();
  }

  public static Chromium start() {
    try {
      Path owned = TestDirectory.ofThisProcess("chromium", Chromium::remove);
      return new Chromium(
          Files.createDirectory(owned.resolve(UUID.randomUUID().toString().substring(0, 8))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() {
    HostCommand command =
        new HostCommand(
            List.of(
                "setpriv",
                "--pdeathsig",
                "KILL",
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--no-proxy-server",
                "--hide-scrollbars",
                "--host-resolver-rules=MAP " + HOST + " 127.0.0.1",
                "--remote-debugging-port=0",
                "--user-data-dir=" + directory.resolve("profile")),
            LIFE,
            Map.of("HOME", directory.toString(), "LC_ALL", "C.UTF-8"));
    try {
      var _ = new LocalHost().run(command);
    } catch (CancellationException e) {
      // closed
    }
  }

  /** Where what it downloads may go. */
  Path directory() {
    return directory;
  }

  /** A page of a browser that has never been anywhere. */
  public BrowserPage page() {
    String context =
        send(null, "Target.createBrowserContext", Map.of()).path("browserContextId").asText();
    String target =
        send(null, "Target.createTarget", Map.of("url", "about:blank", "browserContextId", context))
            .path("targetId")
            .asText();
    String session =
        send(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
            .path("sessionId")
            .asText();
    return new BrowserPage(this, context, session);
  }

  void listen(Consumer<JsonNode> listener) {
    listeners.add(listener);
  }

  /** Asks, and waits for the answer. */
  JsonNode send(@Nullable String session, String method, Map<String, ?> parameters) {
    ObjectNode message = JSON.createObjectNode();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    synchronized (this) {
      asked.put(++last, answer);
      message.put("id", last).put("method", method).set("params", JSON.valueToTree(parameters));
      if (session != null) {
        message.put("sessionId", session);
      }
      socket.sendText(message.toString(), true).join();
    }
    JsonNode answered = answer.orTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS).join();
    if (answered.has("error")) {
      throw new IllegalStateException(method + ": " + answered.path("error"));
    }
    return answered.path("result");
  }

  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean whole) {
      text.append(part);
      if (whole) {
        try {
          take(JSON.readTree(text.toString()));
        } catch (JsonProcessingException e) {
          throw new UncheckedIOException(e);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void take(JsonNode message) {
      if (message.has("id")) {
        CompletableFuture<JsonNode> waiting = asked.remove(message.path("id").asInt());
        if (waiting != null) {
          waiting.complete(message);
        }
      } else {
        listeners.forEach(listener -> listener.accept(message));
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
    runner.interrupt();
    try {
      runner.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    remove(directory);
  }

  private static void remove(Path directory) {
    try {
      Leftovers.deleteTree(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
