package io.homecloud.sharing.samba;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** An smbclient that stays connected and is given one command after the other. */
public final class OpenClient implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(10);
  private static final String END = "exit";

  private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
  private final CompletableFuture<SmbClient.Answer> answer;

  public OpenClient(SmbClient client, String share) {
    List<String> argv = new ArrayList<>(List.of("smbclient", "//127.0.0.1/" + share));
    argv.add("--port=" + client.port());
    argv.add("--timeout=600");
    argv.addAll(client.options());
    HostCommand command = new HostCommand(argv, DEADLINE, Map.of());
    answer = CompletableFuture.supplyAsync(() -> run(command), Thread::startVirtualThread);
  }

  private SmbClient.Answer run(HostCommand command) {
    try {
      HostResult result = new LocalHost().write(command, this::type);
      if (result instanceof Exited(int code, String out, String errors)) {
        return new SmbClient.Answer(code, out + errors);
      }
      throw new IllegalStateException(String.valueOf(result));
    } catch (IOException e) {
      return new SmbClient.Answer(-1, "the client ended: " + e.getMessage());
    }
  }

  private void type(OutputStream stdin) throws IOException {
    try {
      for (String next = commands.take(); ; next = commands.take()) {
        stdin.write((next + "\n").getBytes(StandardCharsets.UTF_8));
        stdin.flush();
        if (next.equals(END)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** It reads one line at a time: the one before must have been done. */
  public OpenClient type(String command) {
    commands.add(command);
    return this;
  }

  /** All that it said from its start to its end, which is now. */
  public String end() {
    commands.add(END);
    return answer.join().said();
  }

  @Override
  public void close() {
    end();
  }
}
