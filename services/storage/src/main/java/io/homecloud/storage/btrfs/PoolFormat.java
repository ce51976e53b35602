package io.homecloud.storage.btrfs;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.StorageError;
import io.homecloud.storage.disk.ContentProbe;
import io.homecloud.storage.disk.DiskContent;
import io.homecloud.storage.pool.DeviceIdentity;
import io.homecloud.storage.pool.NewPool;
import io.homecloud.storage.pool.Profile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes pools with mkfs.btrfs, once it is sure that nobody loses anything by it. */
final class PoolFormat {
  private static final Duration DEADLINE = Duration.ofMinutes(5);

  /** What mkfs.btrfs needs for two copies of metadata, rounded up. */
  private static final long SMALLEST = 128L << 20;

  private static final int TYPE_OF_FILE = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  private final Host host;
  private final ContentProbe probe;

  PoolFormat(Host host, ContentProbe probe) {
    this.host = host;
    this.probe = probe;
  }

  Outcome<Change> format(NewPool pool) {
    Optional<Refusal> kernel = KernelVersion.refusal();
    if (kernel.isPresent()) {
      return new Outcome.Refused<>(kernel.get());
    }
    for (Profile profile : List.of(pool.data(), pool.metadata())) {
      if (pool.devices().size() < profile.minimumDisks()) {
        return new Outcome.Refused<>(
            StorageError.TOO_FEW_DISKS,
            profile + " needs at least " + profile.minimumDisks() + " disks.");
      }
    }
    List<Optional<DeviceIdentity>> members = pool.devices().stream().map(Superblock::read).toList();
    if (members.stream().allMatch(member -> belongs(member, pool))) {
      return new Outcome.Done<>(Change.ALREADY_SO);
    }
    for (Path device : pool.devices()) {
      boolean ours =
          Superblock.read(device).filter(member -> member.pool().equals(pool.id())).isPresent();
      // One that nobody has used is what a killed attempt left; no permission is for any other.
      if (ours && !Superblock.isUnused(device)) {
        return new Outcome.Refused<>(
            StorageError.DISK_NOT_EMPTY,
            device
                + " holds this very pool, and files may be in it: it is never formatted again. Delete the pool here, which leaves its disks as they are, and adopt it.");
      }
      Optional<Refusal> refusal = usable(device, pool.erase() || ours);
      if (refusal.isPresent()) {
        return new Outcome.Refused<>(refusal.get());
      }
    }
    return make(pool);
  }

  private static boolean belongs(Optional<DeviceIdentity> member, NewPool pool) {
    return member
        .filter(
            found -> found.pool().equals(pool.id()) && found.deviceCount() == pool.devices().size())
        .isPresent();
  }

  private static boolean isBlockDevice(Path device) {
    try {
      return Files.getAttribute(device, "unix:mode") instanceof Integer mode
          && (mode & TYPE_OF_FILE) == BLOCK_DEVICE;
    } catch (IOException e) {
      return false;
    }
  }

  /** In bytes; 0 when it cannot be read. */
  static long sizeOf(Path device) {
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
      return channel.size();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Why this device must not be taken. */
  Optional<Refusal> usable(Path device, boolean erase) {
    if (!Files.exists(device)) {
      return Optional.of(new Refusal(StorageError.DISK_NOT_FOUND, "There is no " + device + "."));
    }
    if (!isBlockDevice(device)) {
      return Optional.of(new Refusal(StorageError.DISK_NOT_FOUND, device + " is no disk."));
    }
    try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
      if (channel.size() < SMALLEST) {
        return Optional.of(
            new Refusal(
                StorageError.DISK_TOO_SMALL,
                device + " is smaller than " + (SMALLEST >> 20) + " MiB."));
      }
    } catch (IOException e) {
      return Optional.of(
          new Refusal(StorageError.DISK_NOT_FOUND, device + " cannot be read: " + e.getMessage()));
    }
    if (!Descriptor.exclusively(device)) {
      return Optional.of(
          new Refusal(
              StorageError.DISK_BUSY,
              device + " is mounted, swapped to or held by something else."));
    }
    DiskContent content = erase ? new DiskContent.Blank() : probe.probe(device);
    return content instanceof DiskContent.Blank
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                StorageError.DISK_NOT_EMPTY, device + " holds " + content.sentence() + "."));
  }

  private Outcome<Change> make(NewPool pool) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "mkfs.btrfs",
                "--quiet",
                "--force",
                "--features",
                "squota",
                "--uuid",
                pool.id().toString(),
                "--label=" + pool.label(),
                "--data",
                pool.data().toString(),
                "--metadata",
                pool.metadata().toString(),
                "--"));
    pool.devices().forEach(device -> argv.add(device.toString()));
    return switch (host.run(new HostCommand(argv, DEADLINE, java.util.Map.of()))) {
      case HostResult.Exited(int code, _, _) when code == 0 -> new Outcome.Done<>(Change.MADE);
      case HostResult.Exited(_, _, String error) ->
          new Outcome.Refused<>(
              StorageError.REFUSED_BY_KERNEL,
              io.homecloud.storage.disk.Printable.of(error.strip()));
      case HostResult.TimedOut(HostCommand late) ->
          new Outcome.Refused<>(
              StorageError.REFUSED_BY_KERNEL,
              "mkfs.btrfs gave no answer in " + late.deadline().toMinutes() + " minutes.");
      case HostResult.NotInstalled(String program) ->
          new Outcome.Refused<>(
              StorageError.TOOL_MISSING, program + " is not installed; it is in btrfs-progs.");
    };
  }
}
