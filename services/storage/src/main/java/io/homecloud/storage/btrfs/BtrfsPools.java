package io.homecloud.storage.btrfs;

import io.homecloud.control.task.TaskProgress;
import io.homecloud.host.Host;
import io.homecloud.host.mount.MountHolders;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.Refusal;
import io.homecloud.storage.blkid.BlkidContentProbe;
import io.homecloud.storage.pool.BalanceFilter;
import io.homecloud.storage.pool.DeviceIdentity;
import io.homecloud.storage.pool.DeviceRef;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.NewPool;
import io.homecloud.storage.pool.PoolBackend;
import io.homecloud.storage.pool.PoolMount;
import io.homecloud.storage.pool.PoolState;
import io.homecloud.storage.pool.PoolUsage;
import io.homecloud.storage.pool.Profile;
import io.homecloud.storage.pool.ScrubReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Pools on btrfs. */
public final class BtrfsPools implements PoolBackend {
  private final PoolFormat format;
  private final PoolMounting mounting;
  private final PoolReading reading = new PoolReading();
  private final AddDevice adding;
  private final RemoveJob removing;
  private final ReplaceJob replacing;
  private final BalanceJob balancing;
  private final ScrubJob scrubbing;

  public BtrfsPools(Host host) {
    this(host, Duration.ofMillis(500));
  }

  /**
   * @param lookEvery how often long jobs are looked at
   */
  BtrfsPools(Host host, Duration lookEvery) {
    LongJob job = new LongJob(host, lookEvery);
    this.format = new PoolFormat(host, new BlkidContentProbe(host));
    this.adding = new AddDevice(host, reading, format);
    this.removing = new RemoveJob(job, reading);
    this.replacing = new ReplaceJob(job, reading, format);
    this.balancing = new BalanceJob(job, reading);
    this.scrubbing = new ScrubJob(job, reading);
    this.mounting = new PoolMounting(new Mounts(), new MountHolders(), reading);
  }

  @Override
  public Optional<DeviceIdentity> identify(Path device) {
    return Superblock.read(device);
  }

  @Override
  public Outcome<Change> format(NewPool pool) {
    return KernelRefused.answering(() -> format.format(pool));
  }

  @Override
  public Outcome<MountedPool> mount(PoolMount wanted) {
    return KernelRefused.answering(() -> mounting.mount(wanted));
  }

  @Override
  public void forget(Path device) {
    PoolMounting.forget(device);
  }

  @Override
  public Outcome<Change> unmount(MountedPool pool) {
    return KernelRefused.answering(() -> mounting.unmount(pool));
  }

  @Override
  public PoolUsage usage(MountedPool pool) {
    return KernelRefused.reading(() -> reading.usage(pool));
  }

  @Override
  public boolean clearing(MountedPool pool) {
    return KernelRefused.reading(() -> {
      try (Descriptor top = Descriptor.directory(pool.root())) {
        return Subvolumes.clearing(top);
      }
    });
  }

  @Override
  public PoolState state(MountedPool pool) {
    return KernelRefused.reading(() -> reading.state(pool));
  }

  @Override
  public void resetErrors(MountedPool pool) {
    reading.resetErrors(pool);
  }

  @Override
  public Outcome<Change> addDevice(MountedPool pool, Path device, boolean erase) {
    return KernelRefused.answering(() -> adding.add(pool, device, erase));
  }

  @Override
  public Optional<Refusal> mayRemove(MountedPool pool, DeviceRef device) {
    return KernelRefused.reading(() -> removing.mayRemove(pool, device));
  }

  @Override
  public Outcome<Change> removeDevice(MountedPool pool, DeviceRef device, TaskProgress progress) {
    return KernelRefused.answering(() -> removing.remove(pool, device, progress));
  }

  @Override
  public Optional<Refusal> mayReplace(MountedPool pool, DeviceRef old, Path with, boolean erase) {
    return KernelRefused.reading(() -> replacing.mayReplace(pool, old, with, erase));
  }

  @Override
  public Optional<Refusal> roomToReplace(MountedPool pool) {
    return KernelRefused.reading(
        () -> new RoomCheck(reading.state(pool), reading.usage(pool)).copying());
  }

  @Override
  public Outcome<Change> replaceDevice(
      MountedPool pool, DeviceRef old, Path with, boolean erase, TaskProgress progress) {
    return KernelRefused.answering(() -> replacing.replace(pool, old, with, erase, progress));
  }

  @Override
  public Optional<Refusal> mayConvert(MountedPool pool, Profile data, Profile metadata) {
    return KernelRefused.reading(
        () -> new RoomCheck(reading.state(pool), reading.usage(pool)).convert(data, metadata));
  }

  @Override
  public Outcome<Change> convert(
      MountedPool pool, Profile data, Profile metadata, TaskProgress progress) {
    return KernelRefused.answering(() -> balancing.convert(pool, data, metadata, progress));
  }

  @Override
  public Outcome<Change> balance(MountedPool pool, BalanceFilter filter, TaskProgress progress) {
    return KernelRefused.answering(() -> balancing.balance(pool, filter, progress));
  }

  @Override
  public Outcome<ScrubReport> scrub(MountedPool pool, TaskProgress progress) {
    return KernelRefused.answering(() -> scrubbing.scrub(pool, progress));
  }
}
