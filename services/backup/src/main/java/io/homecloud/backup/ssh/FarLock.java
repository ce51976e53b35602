package io.homecloud.backup.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.tree.RepositoryLock.Holder;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.StreamHost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The lock of a repository on another machine: a program there has it as long as we listen. */
final class FarLock implements Copies.Lock {
  private static final Duration DEADLINE = Duration.ofDays(30);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Thread listening;

  private FarLock(Thread listening) {
    this.listening = listening;
  }

  static Copies.Locked take(
      StreamHost host, FarSide far, Holder holder, String json, HeldBy sentence)
      throws IOException {
    CompletableFuture<String> answer = new CompletableFuture<>();
    // Of the system: it waits in the kernel.
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("backup-far-lock")
            .start(() -> listen(host, far, holder, json, answer));
    FarLock lock = new FarLock(thread);
    try {
      String said = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (said.isEmpty()) {
        return new Copies.Locked.Taken(lock);
      }
      lock.close();
      return new Copies.Locked.Held(sentence.of(said));
    } catch (ExecutionException e) {
      lock.close();
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      lock.close();
      throw new EngineTrouble(Trouble.ConnectionLost, far.url().title() + " does not answer.");
    } catch (InterruptedException e) {
      lock.close();
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  /** Says to people who has it. */
  interface HeldBy {
    String of(String holder);
  }

  private static void listen(
      StreamHost host, FarSide far, Holder holder, String json, CompletableFuture<String> answer) {
    try {
      HostResult result =
          host.read(
              new HostCommand(
                  far.command("lock", holder.installation().toString(), json), DEADLINE, Map.of()),
              stream -> {
                String first = field(stream);
                switch (first) {
                  case "taken" -> answer.complete("");
                  case "held" -> answer.complete(" " + field(stream));
                  default -> {
                    // It has ended; what it said to people is in the result.
                  }
                }
                byte[] beats = new byte[64];
                while (stream.read(beats) >= 0) {
                  // It is still there.
                }
              });
      answer.completeExceptionally(far.failure(result));
    } catch (IOException | RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  private static String field(InputStream stream) throws IOException {
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    for (int c = stream.read(); c > 0; c = stream.read()) {
      field.write(c);
    }
    return field.toString(UTF_8);
  }

  @Override
  public void close() {
    listening.interrupt();
    boolean interrupted = Thread.interrupted();
    try {
      boolean _ = listening.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
