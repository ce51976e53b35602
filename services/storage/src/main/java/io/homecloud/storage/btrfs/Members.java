package io.homecloud.storage.btrfs;

import io.homecloud.host.HostResult;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Outcome.Done;
import io.homecloud.storage.Outcome.Refused;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.pool.DeviceRef;
import io.homecloud.storage.pool.PoolDevice;
import io.homecloud.storage.pool.PoolState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the jobs on a pool's disks have in common. */
final class Members {
  private Members() {}

  /** The member meant. A path may be another node of the same disk. */
  static Optional<PoolDevice> find(PoolState state, DeviceRef wanted) {
    return state.devices().stream()
        .filter(device ->
            switch (wanted) {
              case DeviceRef.ById(long id) -> device.id() == id;
              case DeviceRef.ByPath(Path path) ->
                  device.path().filter(own -> same(own, path)).isPresent();
            })
        .findFirst();
  }

  private static boolean same(Path one, Path other) {
    try {
      return one.equals(other)
          || (Files.exists(one)
              && Files.exists(other)
              && Files.getAttribute(one, "unix:rdev")
                  .equals(Files.getAttribute(other, "unix:rdev")));
    } catch (IOException e) {
      return false;
    }
  }

  /** Empty when a job may start. */
  static Optional<Refused<Change>> busy(PoolState state) {
    String running =
        switch (state.running()) {
          case NONE -> "";
          case BALANCE -> "a balance";
          case BALANCE_PAUSED -> "a balance that is paused";
          case ADD_DEVICE -> "adding a disk";
          case REMOVE_DEVICE -> "removing a disk";
          case REPLACE_DEVICE -> "replacing a disk";
          case OTHER -> "another job";
        };
    return running.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Refused<>(StorageError.POOL_BUSY, "The pool is busy with " + running + "."));
  }

  static Outcome<Change> outcome(HostResult result) {
    return result instanceof HostResult.Exited(int code, _, _) && code == 0
        ? new Done<>(Change.MADE)
        : BtrfsErrorParser.refused(result);
  }

  static Refused<Change> cancelled() {
    return new Refused<>(StorageError.CANCELLED, "It was stopped when asked to.");
  }
}
