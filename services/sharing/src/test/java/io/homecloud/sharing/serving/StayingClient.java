package io.homecloud.sharing.serving;

import io.homecloud.host.HostCommand;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A client program whose output is not read, so that it stays connected until it is closed. */
public final class StayingClient implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private final Thread thread;
  private final CompletableFuture<Long> read = new CompletableFuture<>();
  private final CountDownLatch goOn = new CountDownLatch(1);

  private StayingClient(HostCommand command, CompletableFuture<Boolean> begun) {
    thread = Thread.ofVirtual().start(() -> run(command, begun));
  }

  private void run(HostCommand command, CompletableFuture<Boolean> begun) {
    try {
      new LocalHost()
          .read(
              command,
              output -> {
                boolean one = output.read() >= 0;
                begun.complete(one);
                stay();
                long more = output.transferTo(OutputStream.nullOutputStream());
                read.complete(one ? more + 1 : 0);
              });
    } catch (IOException | CancellationException e) {
      // it was closed
    } finally {
      begun.complete(false);
      read.complete(-1L);
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

  private void stay() throws IOException {
    try {
      var _ = goOn.await(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  /** Reads what is left; how much it was together. */
  public long rest() {
    goOn.countDown();
    return read.join();
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
