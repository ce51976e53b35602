package io.homecloud.storage.btrfs;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Outcome.Done;
import io.homecloud.storage.Outcome.Refused;
import io.homecloud.storage.pool.DeviceRef;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.PoolState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets a disk join a pool. */
final class AddDevice {
  /** Includes discarding everything that is on a solid-state disk. */
  private static final Duration DEADLINE = Duration.ofMinutes(30);

  private final Host host;
  private final PoolReading reading;
  private final PoolFormat format;

  AddDevice(Host host, PoolReading reading, PoolFormat format) {
    this.host = host;
    this.reading = reading;
    this.format = format;
  }

  Outcome<Change> add(MountedPool pool, Path device, boolean erase) {
    PoolState state = reading.state(pool);
    if (Members.find(state, new DeviceRef.ByPath(device)).isPresent()) {
      return new Done<>(Change.ALREADY_SO);
    }
    Optional<Refused<Change>> against =
        format.usable(device, erase).map(Refused<Change>::new).or(() -> Members.busy(state));
    if (against.isPresent()) {
      return against.get();
    }
    List<String> argv =
        List.of(
            "btrfs", "device", "add", "--force", "--", device.toString(), pool.root().toString());
    return Members.outcome(host.run(new HostCommand(argv, DEADLINE, Map.of())));
  }
}
