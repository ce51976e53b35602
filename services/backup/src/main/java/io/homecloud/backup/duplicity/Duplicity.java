package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.Trouble;
import io.homecloud.backup.log.Ends;
import io.homecloud.backup.log.RunLog;
import io.homecloud.backup.repository.Encryption;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.host.Host.OutputTooLarge;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.ProcessIdentity;
import io.homecloud.host.StreamHost;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The real duplicity. Each command is in namespaces of its own: what is mounted for it nobody else
 * sees, and whatever it has started (the agent of GnuPG) ends with it. It ends with the service
 * too, however that ends.
 */
final class Duplicity {
  private static final String MARK = "homecloud {";
  private static final String ALIVE = "alive-";

  /** Enough for the names of 15,000 sets. */
  private static final int LONGEST_LINE = 4 << 20;

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final StreamHost host;
  private final Path own;
  private final ObjectMapper json;
  private final Path script;
  private final int number = NUMBERS.incrementAndGet();
  private @Nullable FileChannel alive;

  /**
   * @param own a directory of this alone
   */
  Duplicity(StreamHost host, Path own, ObjectMapper json) {
    this.host = host;
    this.own = own;
    this.json = json;
    this.script = own.resolve("job.py");
  }

  /** What every command waits for the end of; the kernel unlocks it when this process ends. */
  private synchronized Path alive() throws IOException {
    Path file = own.resolve(ALIVE + ProcessIdentity.self().pid() + "-" + number);
    if (alive == null) {
      PrivateDirectory.make(own);
      forgetDead();
      try (InputStream source =
          Objects.requireNonNull(Duplicity.class.getResourceAsStream("job.py"))) {
        Path next = own.resolve("job.py.next");
        Files.copy(source, next, StandardCopyOption.REPLACE_EXISTING);
        Files.move(next, script, StandardCopyOption.ATOMIC_MOVE);
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      var _ = channel.lock();
      alive = channel;
    }
    return file;
  }

  private void forgetDead() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(own, ALIVE + "*")) {
      for (Path file : files) {
        String pid = file.getFileName().toString().substring(ALIVE.length()).split("-", 2)[0];
        if (!Files.exists(Path.of("/proc", pid))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /**
   * Runs a command to its end.
   *
   * @param told hears what our side of it tells on the way, in another thread
   * @throws java.util.concurrent.CancellationException when the thread was interrupted
   */
  Answer run(Access access, Room room, Job job, Consumer<JsonNode> told) throws IOException {
    Path directory = room.job();
    try {
      Path alive = alive();
      Keys keys = new Keys(host, directory);
      Map<String, String> environment = new TreeMap<>(access.environment());
      environment.putAll(keys.place(access));
      Path temporary = Files.createDirectory(directory.resolve("tmp"));
      Path file = directory.resolve("job.json");
      Map<String, Object> described = new TreeMap<>(job.more());
      described.put("do", job.what());
      described.put("module", access.url().module());
      described.put("alive", alive.toString());
      PaceFile pace = new PaceFile(job.pace(), directory);
      described.put("pace", pace.path().toString());
      described.put("argv", arguments(access, job, directory, temporary, keys));
      Files.write(file, json.writeValueAsBytes(described));
      try (BeneathTree _ = held(access)) {
        return answer(
            access,
            new HostCommand(
                Cell.command(
                    mounts(access, room, alive, job),
                    List.of("/usr/bin/python3", script.toString(), file.toString())),
                job.deadline(),
                environment),
            pace,
            told);
      }
    } finally {
      Room.removeIfPossible(directory);
    }
  }

  /**
   * A drive is let go when nothing on it is open; what duplicity has open is so in a namespace of
   * its own, which keeps the drive and not its mount.
   */
  private static @Nullable BeneathTree held(Access access) throws IOException {
    Optional<Path> directory = access.url().directory();
    return directory.isPresent() && Files.isDirectory(directory.get())
        ? BeneathTree.of(directory.get())
        : null;
  }

  /**
   * The room of this repository alone, for what is in a set is of anybody. The target's directory
   * too: one that is not there is not made where its disk would be.
   */
  private List<Job.Mount> mounts(Access access, Room room, Path alive, Job job) {
    List<Job.Mount> mounts =
        new ArrayList<>(
            List.of(
                new Job.Mount(script, script, false),
                new Job.Mount(alive, alive, false),
                Job.Mount.of(room.own())));
    access.url().directory().map(Job.Mount::of).ifPresent(mounts::add);
    mounts.addAll(job.mounts());
    return mounts;
  }

  private static List<String> arguments(
      Access access, Job job, Path directory, Path temporary, Keys keys) throws IOException {
    Path cache = job.cache().apply(directory);
    PrivateDirectory.make(cache);
    List<String> argv = new ArrayList<>(List.of(job.action()));
    argv.addAll(
        List.of(
            "-v2",
            "--archive-dir",
            cache.toString(),
            "--name",
            Room.NAME,
            "--tempdir",
            temporary.toString(),
            "--num-retries",
            // What a disk says is said; a network may be there again.
            job.patient() && access.url().directory().isEmpty() ? "5" : "1",
            "--backend-retry-delay",
            "5",
            "--timeout",
            "60"));
    if (access.mode() == Encryption.Mode.none) {
      argv.add("--no-encryption");
    }
    keys.encryptTo(access).ifPresent(key -> argv.addAll(List.of("--encrypt-key", key)));
    argv.addAll(keys.options());
    argv.addAll(access.url().options());
    argv.addAll(job.options());
    argv.addAll(job.before());
    argv.add(access.url().url());
    argv.addAll(job.after());
    return argv;
  }

  private Answer answer(Access access, HostCommand command, PaceFile pace, Consumer<JsonNode> told)
      throws IOException {
    List<JsonNode> said = new ArrayList<>();
    Ends aside = new Ends();
    HostResult result;
    try {
      result = host.read(command, output -> read(output, said, aside, pace, told));
    } catch (OutputTooLarge e) {
      return new Answer.Not(Trouble.CopyFailed, "duplicity says more than can be told.");
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (result instanceof HostResult.Exited(int code, _, String errors)) {
      RunLog.tell("duplicity", access.withoutSecrets(aside.text() + "\n" + errors));
      if (code != 0) {
        RunLog.tell("duplicity", "ended with code " + code);
      }
    }
    return switch (result) {
      case HostResult.Exited(int code, _, _) when code == 0 -> new Answer.Done(said);
      case HostResult.Exited(int code, _, String errors) ->
          new Answer.Not(
              FailureParser.trouble(code, errors),
              access.withoutSecrets(FailureParser.sentence(code, errors)));
      case HostResult.TimedOut _ ->
          new Answer.Not(Trouble.RepositoryAway, "duplicity did not end in time.");
      case HostResult.NotInstalled(String program) ->
          new Answer.Not(Trouble.ToolMissing, program + " is not installed on this node.");
    };
  }

  private void read(
      InputStream output, List<JsonNode> said, Ends aside, PaceFile pace, Consumer<JsonNode> told)
      throws IOException {
    Reader lines = new BufferedReader(new InputStreamReader(output, StandardCharsets.UTF_8));
    for (String line = line(lines); line != null; line = line(lines)) {
      if (line.startsWith(MARK)) {
        JsonNode node = json.readTree(line.substring(MARK.length() - 1));
        if (node.has("progress")) {
          // It comes every second.
          pace.look();
          told.accept(node.get("progress"));
        } else {
          said.add(node);
        }
      } else {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        aside.add(bytes, bytes.length);
      }
    }
  }

  /** Null when there is no more. Names of a target are in it, and it may have any. */
  static @Nullable String line(Reader in) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = in.read();
    if (c < 0) {
      return null;
    }
    for (; c >= 0 && c != '\n'; c = in.read()) {
      if (line.length() == LONGEST_LINE) {
        throw new OutputTooLarge("duplicity wrote a longer line than " + LONGEST_LINE);
      }
      line.append((char) c);
    }
    return line.toString();
  }
}
