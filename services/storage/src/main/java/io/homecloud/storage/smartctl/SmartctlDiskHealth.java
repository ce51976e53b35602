package io.homecloud.storage.smartctl;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.HostResult.NotInstalled;
import io.homecloud.host.HostResult.TimedOut;
import io.homecloud.storage.disk.Disk;
import io.homecloud.storage.disk.DiskHealth;
import io.homecloud.storage.disk.HealthReading;
import io.homecloud.storage.disk.Transport;
import java.time.Duration;

/** Asks {@code smartctl --json}. */
public final class SmartctlDiskHealth implements DiskHealth {
  /** Some bridges take their time, and a dying disk takes more. */
  private static final Duration DEADLINE = Duration.ofSeconds(45);

  private final Host host;

  public SmartctlDiskHealth(Host host) {
    this.host = host;
  }

  @Override
  public HealthReading read(Disk disk) {
    if (disk.transport() == Transport.LOOP) {
      return new HealthReading.Unsupported("an image has no health of its own");
    }
    String node = disk.node().toString();
    SmartctlAnswer answer = ask("auto", node);
    // Newer bridges than smartctl's list nearly all pass ATA commands on in the standard way.
    return (answer.unknownBridge() ? ask("sat", node) : answer).reading();
  }

  private SmartctlAnswer ask(String type, String node) {
    var command =
        new HostCommand(
            DEADLINE,
            "smartctl",
            "--json=c",
            "-a",
            "-n",
            // An exit code that means nothing else: bit 0 never comes with another.
            "standby," + SmartctlParser.ASLEEP,
            "-d",
            type,
            node);
    return switch (host.run(command)) {
      case Exited(int code, String output, _) -> SmartctlParser.parse(code, output);
      case TimedOut(HostCommand late) ->
          SmartctlAnswer.of(
              new HealthReading.Unreadable("no answer in " + late.deadline().toSeconds() + " s"));
      case NotInstalled(String program) ->
          SmartctlAnswer.of(new HealthReading.Unsupported(program + " is not installed"));
    };
  }
}
