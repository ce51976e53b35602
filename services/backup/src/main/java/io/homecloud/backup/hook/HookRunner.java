package io.homecloud.backup.hook;

import io.homecloud.backup.hook.Hooks.Moment;
import io.homecloud.backup.log.Ends;
import io.homecloud.backup.log.RunLog;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.secret.SecretKey;
import io.homecloud.backup.secret.SecretStore;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.control.Name;
import io.homecloud.host.Host.OutputTooLarge;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.ProcessIdentity;
import io.homecloud.host.StreamHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Does what a plan wants done around its runs. What was done for a run is not done again when the
 * run goes on after a crash of the service; what it dumped waits in a directory for root alone.
 */
public final class HookRunner {
  /** How many bytes a dump may have. */
  public static final long LARGEST = 1L << 40;

  private static final Logger LOG = Logger.getLogger(HookRunner.class);
  private static final int BUFFER = 1 << 16;
  private static final int LONGEST = 400;

  /** So much of the disk is left to all others. */
  private static final long LEFT_FREE = 1L << 30;

  private static final long LOOK_EVERY = 64L << 20;

  private final StreamHost host;
  private final SecretStore secrets;
  private final MarkFiles marks;
  private final Path programs;
  private final Path own;
  private final long largest;

  /**
   * @param secrets where passwords of databases are
   * @param programs where root puts the programs that may be called
   * @param own a directory for dumps, made when need be
   * @param largest how many bytes a dump may have
   */
  public HookRunner(
      StreamHost host,
      SecretStore secrets,
      MarkFiles marks,
      Path programs,
      Path own,
      long largest) {
    this.host = host;
    this.secrets = secrets;
    this.marks = marks;
    this.programs = programs;
    this.own = own;
    this.largest = largest;
  }

  /** Where a volume is now. */
  public interface Volumes {
    /** Empty when it is not in place. */
    Optional<Path> mounted(Name volume);
  }

  /** For whom something is done; the environment of programs. */
  public record Occasion(UUID uid, Name run, Name plan, String state) {
    Map<String, String> environment(Moment moment) {
      // HOMECLOUD_RUN: told to the commands of a plan's hooks: the name of the run.
      // HOMECLOUD_PLAN: told to the commands of a plan's hooks: the name of the plan.
      // HOMECLOUD_MOMENT: told to the commands of a plan's hooks: before, afterSnapshot or after.
      // HOMECLOUD_STATE: told to the commands of a plan's hooks: how the run ended, afterwards.
      return Map.of(
          "HOMECLOUD_RUN", run.value(),
          "HOMECLOUD_PLAN", plan.value(),
          "HOMECLOUD_MOMENT", moment.name(),
          "HOMECLOUD_STATE", state);
    }
  }

  /** Where the dumps of a run are, whether there are any or not. */
  public Path files(UUID run) {
    return directory(run).resolve("files");
  }

  /**
   * From now on until {@link #goneOn}, something may be stopped.
   *
   * @param hooks with which the run begins, and goes on whatever becomes of its plan meanwhile
   */
  public void stops(UUID run, Hooks hooks) throws IOException {
    PrivateDirectory.make(directory(run));
    marks.write(begun(run), hooks);
    Files.write(stopped(run), new byte[0]);
  }

  /** Nothing is to be done around a run, whatever was before. */
  public void stopsNothing(UUID run) throws IOException {
    Files.deleteIfExists(begun(run));
  }

  /** With which hooks a run has begun, last; empty when it has with none. */
  public Optional<Hooks> begunWith(UUID run) {
    try {
      return marks.read(begun(run), Hooks.class);
    } catch (IOException e) {
      LOG.warnf("the hooks of run %s: %s", run, e);
      return Optional.empty();
    }
  }

  /** Whether something may be stopped for a run, also by a service that was killed. */
  public boolean isStopped(UUID run) {
    return Files.exists(stopped(run));
  }

  /**
   * What was stopped goes on.
   *
   * @param again whether what was done is to be done once more, should the run go on
   */
  public void goneOn(UUID run, boolean again) throws IOException {
    if (again) {
      try (var all = Files.newDirectoryStream(directory(run), "*-[0-9]*")) {
        for (Path done : all) {
          Files.delete(done);
        }
      }
    }
    Files.deleteIfExists(stopped(run));
  }

  private Path directory(UUID run) {
    return own.resolve(run.toString());
  }

  private Path begun(UUID run) {
    return directory(run).resolve("hooks.json");
  }

  private Path stopped(UUID run) {
    return directory(run).resolve("stopped");
  }

  /**
   * Does them one after another, up to the first that fails.
   *
   * @return a sentence when one failed
   */
  public Optional<String> run(Occasion occasion, Hooks hooks, Moment moment, Volumes volumes) {
    List<Hook> all = hooks.at(moment);
    for (int i = 0; i < all.size(); i++) {
      Hook hook = all.get(i);
      try {
        Path done = directory(occasion.uid()).resolve(moment + "-" + i);
        if (isDone(done, moment)) {
          continue;
        }
        PrivateDirectory.make(files(occasion.uid()));
        RunLog.tell("homecloud", "Begins with the hook: " + hook.title() + ".");
        Optional<String> failed = run(occasion, hook, moment, volumes);
        if (failed.isPresent()) {
          return Optional.of(failure(hook, failed.get()));
        }
        RunLog.tell("homecloud", "Done: " + hook.title() + ".");
        Files.writeString(done, ProcessIdentity.thisBoot());
      } catch (IOException e) {
        LOG.warnf("%s: %s", hook.title(), e);
        return Optional.of(failure(hook, String.valueOf(e.getMessage())));
      }
    }
    return Optional.empty();
  }

  /**
   * What was stopped for the snapshot runs again since the machine was started anew, and is to be
   * stopped again; what follows the run stays done.
   */
  private static boolean isDone(Path done, Moment moment) throws IOException {
    return Files.exists(done)
        && (moment == Moment.after || Files.readString(done).equals(ProcessIdentity.thisBoot()));
  }

  private static String failure(Hook hook, String why) {
    String title = hook.title();
    String sentence =
        Character.toUpperCase(title.charAt(0)) + title.substring(1) + " failed: " + why;
    RunLog.tell("homecloud", sentence);
    return sentence;
  }

  private Optional<String> run(Occasion occasion, Hook hook, Moment moment, Volumes volumes)
      throws IOException {
    Path files = files(occasion.uid());
    Optional<Path> file = hook.fileName().map(files::resolve);
    if (hook.sqlite() != null) {
      return new SqliteFile(hook.sqlite(), volumes)
          .copied((source, size) -> {
            requireRoom(size);
            Path into = file.orElseThrow();
            Files.deleteIfExists(into);
            return output(
                HookCommands.sqlite(source, into), hook.limit(), Map.of(), Optional.empty());
          });
    }
    Map<String, String> environment = new HashMap<>(occasion.environment(moment));
    if (hook.secret().isPresent()) {
      Optional<String> password =
          secrets.find(hook.secret().get()).flatMap(secret -> secret.value(SecretKey.password));
      if (password.isEmpty()) {
        return Optional.of("there is no secret " + hook.secret().get() + " with a password.");
      }
      // Of its environment only root and the program's own user can read.
      environment.put(hook.postgresql() == null ? "MYSQL_PWD" : "PGPASSWORD", password.get());
    }
    List<String> argv;
    if (hook.postgresql() != null) {
      argv = HookCommands.of(hook.postgresql());
    } else if (hook.mariadb() != null) {
      argv = HookCommands.of(hook.mariadb());
    } else {
      switch (HookProgram.find(programs, hook.command())) {
        case HookProgram.Not(String sentence) -> {
          return Optional.of(sentence);
        }
        case HookProgram.Is(List<String> words) -> argv = words;
      }
    }
    return output(argv, hook.limit(), environment, file);
  }

  /** Runs it to its end; what it writes goes into the file, or nowhere. */
  private Optional<String> output(
      List<String> argv, Duration limit, Map<String, String> environment, Optional<Path> file)
      throws IOException {
    Optional<Path> part = file.map(path -> path.resolveSibling(path.getFileName() + ".part"));
    HostResult result;
    Ends said = new Ends();
    try (OutputStream into =
        part.isEmpty() ? OutputStream.nullOutputStream() : Files.newOutputStream(part.get())) {
      result =
          host.read(
              new HostCommand(argv, limit, environment), stream -> keep(stream, into, part, said));
    } catch (OutputTooLarge e) {
      return Optional.of("it complains of more than can be told.");
    } catch (TooMuch e) {
      return Optional.of(e.getMessage());
    } finally {
      if (Thread.currentThread().isInterrupted() && part.isPresent()) {
        Files.deleteIfExists(part.get());
      }
    }
    RunLog.tell("hook", said.text());
    if (result instanceof HostResult.Exited(_, _, String errors)) {
      RunLog.tell("hook", errors);
    }
    return switch (result) {
      case HostResult.Exited(int code, _, _) when code == 0 -> {
        if (part.isPresent()) {
          Files.move(part.get(), file.orElseThrow(), StandardCopyOption.ATOMIC_MOVE);
        }
        yield Optional.empty();
      }
      case HostResult.Exited(int code, _, String errors) ->
          Optional.of("it ended with code " + code + ending(errors));
      case HostResult.TimedOut _ ->
          Optional.of("it did not end in " + limit.toSeconds() + " seconds, and was ended.");
      case HostResult.NotInstalled(String program) ->
          Optional.of(program + " is not installed on this node.");
    };
  }

  private static String ending(String errors) {
    String last = errors.strip().lines().reduce((_, line) -> line).orElse("");
    String cut = last.length() > LONGEST ? last.substring(0, LONGEST) + "…" : last;
    return cut.isEmpty() ? "." : ": " + cut;
  }

  private void keep(InputStream stream, OutputStream into, Optional<Path> part, Ends said)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    long written = 0;
    long look = 0;
    for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
      if (part.isEmpty()) {
        said.add(buffer, n);
        continue;
      }
      if (written + n > largest) {
        throw new TooMuch("it wrote more than the " + largest + " bytes that a dump may have.");
      }
      if (written >= look) {
        look = written + LOOK_EVERY;
        requireFree(0);
      }
      into.write(buffer, 0, n);
      written += n;
    }
  }

  /** For what a program writes by itself, where nobody counts. */
  private void requireRoom(long bytes) throws IOException {
    if (bytes > largest) {
      throw new TooMuch("it has more than the " + largest + " bytes that a dump may have.");
    }
    requireFree(bytes);
  }

  private void requireFree(long more) throws IOException {
    if (Files.getFileStore(own).getUsableSpace() - more < LEFT_FREE) {
      throw new TooMuch("there is no room for it on the disk of homecloud's data.");
    }
  }

  private static final class TooMuch extends IOException {
    private static final long serialVersionUID = 1L;

    TooMuch(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /** Removes what a run dumped; nothing when there is nothing. */
  public void forget(UUID run) {
    Path directory = directory(run);
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    HostResult result =
        host.run(new HostCommand(Duration.ofMinutes(10), "rm", "-rf", "--", directory.toString()));
    if (!(result instanceof HostResult.Exited(int code, _, _)) || code != 0) {
      LOG.warnf("%s stays: %s", directory, result);
    }
  }

  /** The runs of which something is left here. */
  public List<UUID> known() {
    if (!Files.isDirectory(own)) {
      return List.of();
    }
    try (var all = Files.list(own)) {
      return all.map(path -> path.getFileName().toString())
          .flatMap(name -> uid(name).stream())
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<UUID> uid(String name) {
    try {
      return Optional.of(UUID.fromString(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
