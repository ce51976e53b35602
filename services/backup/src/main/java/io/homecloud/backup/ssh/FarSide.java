package io.homecloud.backup.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.homecloud.backup.Trouble;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.tree.OneNameEach;
import io.homecloud.backup.tree.TreePlace;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.StreamHost;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/** Another machine, and a directory on it. Answers are fields that end with NUL. */
final class FarSide {
  /** Of ssh(1): the connection, not the command. */
  static final int CONNECTION = 255;

  private static final String SCRIPT = script();
  private static final Duration SOON = Duration.ofMinutes(2);

  /** Longer than any path. */
  private static final int LONGEST_FIELD = 1 << 14;

  /** Removing a tree may take long. */
  private static final Duration LATER = Duration.ofHours(12);

  private final StreamHost host;
  private final SshKeys keys;
  private final UUID repository;
  private final SshUrl url;
  private final Supplier<Instant> latest;

  /**
   * @param latest no copy can have been made later
   */
  FarSide(StreamHost host, SshKeys keys, UUID repository, SshUrl url, Supplier<Instant> latest) {
    this.host = host;
    this.keys = keys;
    this.repository = repository;
    this.url = url;
    this.latest = latest;
  }

  private static String script() {
    try (InputStream in = FarSide.class.getResourceAsStream("far-side.sh")) {
      return OneNameEach.FUNCTION + new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("far-side.sh cannot be read", e);
    }
  }

  SshUrl url() {
    return url;
  }

  UUID repository() {
    return repository;
  }

  /** Nothing has been later than this, as far as the clock is right. */
  Instant latest() {
    return latest.get();
  }

  /**
   * ssh with all that it is to know; the machine and the command follow. A run asks dozens of times
   * and signing in takes a small board half a second, so what comes soon after goes over the same
   * connection.
   */
  List<String> ssh() {
    return List.of(
        "ssh",
        "-F",
        "none",
        "-o",
        "BatchMode=yes",
        "-o",
        "IdentitiesOnly=yes",
        "-o",
        "IdentityFile=" + keys.pair(),
        "-o",
        "UserKnownHostsFile=" + keys.knownHosts(repository),
        "-o",
        "GlobalKnownHostsFile=/dev/null",
        "-o",
        "StrictHostKeyChecking=yes",
        "-o",
        "UpdateHostKeys=no",
        "-o",
        "ConnectTimeout=15",
        "-o",
        "ServerAliveInterval=10",
        "-o",
        "ServerAliveCountMax=3",
        "-o",
        "LogLevel=ERROR",
        "-o",
        "Compression=no",
        "-o",
        "ControlMaster=auto",
        "-o",
        "ControlPath=" + keys.connection(repository),
        "-o",
        "ControlPersist=15",
        "-p",
        Integer.toString(url.port()),
        "-l",
        url.user());
  }

  /** The command that does it there. */
  List<String> command(String verb, String... arguments) {
    List<String> argv = new ArrayList<>(ssh());
    argv.add("--");
    argv.add(url.host());
    StringBuilder remote = new StringBuilder("sh -c ").append(quoted(SCRIPT)).append(" homecloud ");
    remote.append(quoted(verb)).append(' ').append(quoted(url.directory()));
    remote.append(' ').append(TreePlace.lastStamp(latest()));
    for (String argument : arguments) {
      remote.append(' ').append(quoted(argument));
    }
    argv.add(remote.toString());
    return argv;
  }

  /** For the shell that takes the command there. */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  List<String> ask(String verb, String... arguments) throws IOException {
    return ask(new byte[0], SOON, verb, arguments);
  }

  /** For what may take long. */
  List<String> have(String verb, String... arguments) throws IOException {
    return ask(new byte[0], LATER, verb, arguments);
  }

  List<String> give(String input, String verb, String... arguments) throws IOException {
    return ask(input.getBytes(UTF_8), SOON, verb, arguments);
  }

  /** As {@link #give}, for what may take long. */
  List<String> hand(String input, String verb, String... arguments) throws IOException {
    return ask(input.getBytes(UTF_8), LATER, verb, arguments);
  }

  private List<String> ask(byte[] input, Duration deadline, String verb, String... arguments)
      throws IOException {
    HostResult result =
        host.run(new HostCommand(command(verb, arguments), deadline, Map.of()), input);
    if (result instanceof HostResult.Exited(int code, String out, _) && code == 0) {
      return fields(out);
    }
    throw failure(result);
  }

  /**
   * The next fields, as the bytes that they are: names of files need not be text.
   *
   * @return fewer when there are no more that are whole
   */
  static List<byte[]> fields(InputStream in, int most) throws IOException {
    List<byte[]> fields = new ArrayList<>();
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    while (fields.size() < most) {
      int c = in.read();
      if (c < 0) {
        return fields;
      }
      if (c == 0) {
        fields.add(field.toByteArray());
        field.reset();
      } else if (field.size() == LONGEST_FIELD) {
        throw new IOException("the other machine does not answer as it should, and without an end");
      } else {
        field.write(c);
      }
    }
    return fields;
  }

  /** As {@link #stream}, for answers that are only good when they are whole. */
  void read(byte[] input, StreamHost.OutputReader reader, String verb, String... arguments)
      throws IOException {
    HostResult result =
        stream(input, in -> reader.read(new BufferedInputStream(in)), verb, arguments);
    if (!(result instanceof HostResult.Exited(int code, _, _)) || code != 0) {
      throw failure(result);
    }
  }

  /**
   * What it writes goes to the reader.
   *
   * @param input small
   */
  HostResult stream(byte[] input, StreamHost.OutputReader reader, String verb, String... arguments)
      throws IOException {
    // Given input, a program's output is kept; so the input is a part of the command here.
    Path file = Files.createTempFile("homecloud-ask", ".bin");
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(input);
    }
    try {
      List<String> argv =
          new ArrayList<>(List.of("sh", "-c", "in=$1; shift; exec \"$@\" <\"$in\"", "sh"));
      argv.add(file.toString());
      argv.addAll(command(verb, arguments));
      return host.read(new HostCommand(argv, LATER, Map.of()), reader);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static List<String> fields(String out) {
    List<String> fields = new ArrayList<>(List.of(out.split("\0", -1)));
    fields.removeLast();
    return fields;
  }

  IOException failure(HostResult result) {
    return switch (result) {
      case HostResult.NotInstalled(String program) ->
          new EngineTrouble(Trouble.ToolMissing, program + " is not installed on this node.");
      case HostResult.TimedOut _ ->
          new EngineTrouble(Trouble.ConnectionLost, url.title() + " does not answer.");
      case HostResult.Exited(int code, _, String errors) when code == CONNECTION ->
          connection(errors);
      case HostResult.Exited(_, _, String errors) ->
          new IOException(url.title() + ": " + errors.strip());
    };
  }

  /** Why there is no connection, with the way out. */
  EngineTrouble connection(String errors) {
    if (errors.contains("Host key verification failed")
        || errors.contains("host key")
        || errors.contains("HOST IDENTIFICATION HAS CHANGED")) {
      return changedKey();
    }
    if (errors.contains("Permission denied")) {
      return new EngineTrouble(
          Trouble.KeyRefused,
          "%s does not let this node in: put its public key%s into ~/.ssh/authorized_keys of %s there."
              .formatted(url.title(), ourKey(), url.user()));
    }
    String last = errors.strip().lines().reduce((_, line) -> line).orElse("no word why");
    return new EngineTrouble(
        Trouble.ConnectionLost, "There is no connection to " + url.title() + ": " + last + ".");
  }

  /** Each node has its own, and status.ssh has that of one of them. */
  private String ourKey() {
    try {
      return " (" + keys.publicKey() + ")";
    } catch (IOException e) {
      return "";
    }
  }

  private EngineTrouble changedKey() {
    try {
      return new EngineTrouble(
          Trouble.HostKeyChanged,
          "%s shows the host keys %s, and not %s, by which it is known since the repository was made. Either it was set up anew, or another machine answers in its place; nothing is sent to it. When you know that it is right, set spec.hostKey to its new fingerprint."
              .formatted(
                  url.title(),
                  String.join(", ", keys.fingerprints(keys.shown(url))),
                  String.join(", ", keys.pinnedFingerprints(repository))));
    } catch (IOException e) {
      return new EngineTrouble(
          Trouble.HostKeyChanged,
          url.title()
              + " shows another host key than the one by which it is known; nothing is sent to it.");
    }
  }
}
