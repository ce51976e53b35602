package io.homecloud.host.mount;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.StreamHost;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.FileCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Says whose files on disk are whose in a mount. The kernel knows such a table only as that of a
 * user namespace, and only a process that is in it can make one: it lives for a moment.
 */
public final class UserNamespace implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private final Descriptor descriptor;

  private UserNamespace(Descriptor descriptor) {
    this.descriptor = descriptor;
  }

  /**
   * Makes one in which one user and one group on disk are seen as another.
   *
   * @throws IOException when the machine does not let us, with its words
   */
  public static UserNamespace of(StreamHost host, int diskUid, int diskGid, int seenAs)
      throws IOException {
    Descriptor[] made = new Descriptor[1];
    // Tells its own number, as one who is in the namespace, and then waits until nobody listens.
    HostCommand command =
        new HostCommand(DEADLINE, "unshare", "--user", "cat", "/proc/self/stat", "/dev/zero");
    HostResult result =
        host.read(
            command,
            output -> {
              String line = new BufferedReader(new InputStreamReader(output, US_ASCII)).readLine();
              if (line != null && line.indexOf(' ') > 0) {
                Path process = Path.of("/proc", line.substring(0, line.indexOf(' ')));
                Files.writeString(process.resolve("uid_map"), diskUid + " " + seenAs + " 1");
                Files.writeString(process.resolve("gid_map"), diskGid + " " + seenAs + " 1");
                made[0] = open(process.resolve("ns/user"));
              }
            });
    if (made[0] == null) {
      throw new IOException(
          switch (result) {
            case HostResult.Exited(_, _, String errors) -> errors.strip();
            case HostResult.NotInstalled(String program) -> program + " is not installed";
            case HostResult.TimedOut _ -> "unshare did not answer";
          });
    }
    return new UserNamespace(made[0]);
  }

  private static Descriptor open(Path namespace) throws IOException {
    byte[] path = namespace.toString().getBytes(US_ASCII);
    long answer = FileCalls.open(Descriptor.AT_FDCWD, path, FileCalls.O_RDONLY, 0, 0);
    if (answer < 0) {
      throw new IOException(namespace + " cannot be opened");
    }
    return new Descriptor(answer);
  }

  int number() {
    return descriptor.number();
  }

  /** What is mounted with it stays so. */
  @Override
  public void close() {
    descriptor.close();
  }
}
