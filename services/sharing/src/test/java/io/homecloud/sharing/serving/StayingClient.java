package io.homecloud.sharing.serving;

import io.homecloud.host.HostCommand;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** A client program whose output is not read, so that it stays connected until it is closed. */
public final class StayingClient implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private final Thread thread;

  private StayingClient(HostCommand command, CompletableFuture<Boolean> begun) {
    thread = Thread.ofVirtual().start(() -> run(command, begun));
  }

  private static void run(HostCommand command, CompletableFuture<Boolean> begun) {
    try {
      new LocalHost()
          .read(
              command,
              output -> {
                begun.complete(output.read() >= 0);
                stay();
              });
    } catch (IOException | CancellationException e) {
      // it was closed
    } finally {
      begun.complete(false);
    }
  }

  /**
   * Returns when it has begun to write its output.
   *
   * @throws IOException when it ends without any, as one does that is refused
   */
  public static StayingClient start(String... argv) throws IOException {
    CompletableFuture<Boolean> begun = new CompletableFuture<>();
    StayingClient client = new StayingClient(new HostCommand(DEADLINE, argv), begun);
    if (!begun.join()) {
      client.close();
      throw new IOException(String.join(" ", argv) + " got nothing");
    }
    return client;
  }

  private static void stay() throws IOException {
    try {
      Thread.sleep(DEADLINE);
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
