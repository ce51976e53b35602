package io.homecloud.sharing.samba;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.HostResult.NotInstalled;
import io.homecloud.host.HostResult.TimedOut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Samba's tools, asked about this Samba. */
final class SambaPrograms {
  /** The daemon passes on to each of its processes what it is told. */
  static final String ALL = "smbd";

  /** Of smbcontrol for an answer of Samba, within the deadline; by itself it waits for 10. */
  private static final int ANSWER_SECONDS = 60;

  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private final Host host;
  private final SambaFiles files;

  SambaPrograms(Host host, SambaFiles files) {
    this.host = host;
    this.files = files;
  }

  /** What is wrong with that configuration, in Samba's own words; empty when nothing is. */
  Optional<String> check(Path configuration) {
    return switch (run("testparm", "--suppress-prompt", configuration.toString())) {
      case Exited(int code, _, String errors) -> TestparmParser.complaint(code, errors);
      case TimedOut late -> Optional.of("testparm gave no answer in " + late.command().deadline());
      case NotInstalled(String program) -> Optional.of(program + " is not installed");
    };
  }

  /**
   * Tells one or all of its processes something; empty when done, else why not.
   *
   * @param process its number, or {@link #ALL}
   */
  Optional<String> tell(String process, String... message) {
    List<String> argv = new ArrayList<>();
    argv.add("smbcontrol");
    argv.add("--configfile=" + files.configuration());
    argv.add("--timeout=" + ANSWER_SECONDS);
    argv.add(process);
    argv.addAll(List.of(message));
    return switch (run(argv.toArray(String[]::new))) {
      case Exited(int code, _, _) when code == 0 -> Optional.empty();
      case Exited(_, String out, String errors) -> Optional.of((out + errors).strip());
      case TimedOut late ->
          Optional.of("smbcontrol gave no answer in " + late.command().deadline());
      case NotInstalled(String program) -> Optional.of(program + " is not installed");
    };
  }

  /** Whether there still is a process of that number. */
  boolean lives(String process) {
    return Files.exists(files.processes().resolve(process));
  }

  /** What it knows of its clients, as JSON; empty when it does not answer. */
  Optional<String> status() {
    return run("smbstatus", "--configfile=" + files.configuration(), "--json")
                instanceof Exited(int code, String out, _)
            && code == 0
        ? Optional.of(out)
        : Optional.empty();
  }

  private HostResult run(String... argv) {
    return host.run(new HostCommand(List.of(argv), DEADLINE, files.environment()));
  }
}
