package io.homecloud.backup.drive;

import io.homecloud.backup.drive.AttachedDrives.Drive;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.tree.DiskSequence;
import io.homecloud.control.ask.Away;
import io.homecloud.host.libc.Errno;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.MountFlag;
import io.homecloud.host.mount.MountRequest;
import io.homecloud.host.mount.MountResult;
import io.homecloud.host.mount.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Mounts drives when something is wanted of them, where only root gets in, and unmounts them when
 * nothing was for a while: so a drive may be unplugged whenever it is not in use. Whether it is in
 * use the kernel says.
 */
public final class Drives implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Drives.class);
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final Duration GIVEN = Duration.ofSeconds(4);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /** Storage gathers what the kernel tells for up to three seconds, and looks at the disk then. */
  private static final Duration NOTICED = Duration.ofSeconds(15);

  /** What keeps owners, links and attributes; by the kernel's names. */
  private static final Map<String, String> TYPES =
      Map.of("btrfs", "btrfs", "ext4", "ext4", "ext3", "ext4", "ext2", "ext4", "xfs", "xfs");

  private final AttachedDrives attached;
  private final Path places;
  private final Mounts mounts = new Mounts();
  private final Map<String, Mounted> mounted = new HashMap<>();
  private final ScheduledExecutorService warden =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("backup-drives").factory());
  private final Runnable useChanged;

  /** How often the copies of each have become others. */
  private final Map<String, Integer> changes = new ConcurrentHashMap<>();

  /**
   * @param places a directory for mount points, made when need be
   * @param useChanged called when a drive is in use now, and when it was let go after that
   */
  public Drives(AttachedDrives attached, Path places, Runnable useChanged) {
    this.attached = attached;
    this.places = places;
    this.useChanged = useChanged;
  }

  /** A drive that is mounted by us. */
  private static final class Mounted {
    final String session = UUID.randomUUID().toString();
    final String device;

    /** Which disk the kernel had there: another one may have the same name soon after. */
    final String disk;

    long usedAt = System.nanoTime();
    Thread usedBy = Thread.currentThread();

    /** Whether it was told that it is in use. */
    boolean told;

    Mounted(String device, String disk) {
      this.device = device;
      this.disk = disk;
    }

    Place.Here at(Path root) {
      return new Place.Here(root, session, disk.isEmpty() ? session : disk);
    }
  }

  /** Why it is not to be had: nobody has plugged it in. */
  public static final String NOT_THERE = "NotThere";

  /** What came of asking for a drive. */
  public sealed interface Place {
    /**
     * It is mounted, and stays so as long as anything on it is open, and a moment longer.
     *
     * @param session another one each time that it is mounted
     * @param disk another one each time that it is plugged in, or the machine started
     */
    record Here(Path root, String session, String disk) implements Place {}

    /** It is not there, or cannot be used; with a sentence. */
    record Not(String reason, String sentence) implements Place {}
  }

  /** Which drives are plugged in, by the identities of their file systems. */
  public Map<String, Drive> attached() throws Away {
    return attached.all();
  }

  /** Its copies are others than before. */
  public void changed(String uuid) {
    var _ = changes.merge(uuid, 1, Integer::sum);
  }

  /** Another number each time that its copies have become others; 0 when they have not yet. */
  public int changes(String uuid) {
    return changes.getOrDefault(uuid, 0);
  }

  /** Another text each time that the drive comes. */
  public String sequence(Drive drive) {
    return drive.device() + " " + DiskSequence.of(drive.device());
  }

  /** Mounts a drive unless it is. */
  public Place use(String uuid) {
    Drive drive;
    try {
      drive = attached.all().get(uuid);
    } catch (Away e) {
      return stillMounted(uuid)
          .orElseGet(() ->
              new Place.Not(
                  "StorageAway",
                  "Storage does not answer, so nobody can say whether the drive is there."));
    }
    if (drive == null) {
      boolean _ = release(uuid);
      return new Place.Not(NOT_THERE, "Drive " + uuid + " is not plugged in.");
    }
    if (drive.pool() != null) {
      return new Place.Not(
          "DriveOfPool",
          "Drive " + drive.title() + " belongs to pool " + drive.pool() + " of this installation.");
    }
    String type = TYPES.get(drive.type());
    if (type == null) {
      return new Place.Not(
          "FileSystemUnsuited",
          "The file system "
              + drive.type()
              + " of drive "
              + drive.title()
              + " keeps no owners, links or attributes of files; format it with btrfs or ext4.");
    }
    return mount(drive, type);
  }

  private synchronized Place mount(Drive drive, String type) {
    Path root = places.resolve(drive.uuid());
    Mounted known = mounted.get(drive.uuid());
    if (known != null && known.device.equals(drive.device())) {
      Optional<Place> still = stillMounted(drive.uuid());
      if (still.isPresent()) {
        return still.get();
      }
    }
    String disk = DiskSequence.of(drive.device());
    // What was there before is gone, or was mounted by a process that was killed.
    if (!unmount(drive.uuid())) {
      return new Place.Not(
          "DriveBusy", "Something still uses drive " + drive.title() + " as it was before.");
    }
    try {
      PrivateDirectory.make(root);
    } catch (IOException e) {
      return new Place.Not("NotWritable", "There is no place to mount a drive: " + e.getMessage());
    }
    MountResult result =
        mounts.mount(
            new MountRequest(
                drive.device(),
                root.toString(),
                type,
                Set.of(
                    MountFlag.NO_SUID,
                    MountFlag.NO_DEV,
                    MountFlag.NO_EXEC,
                    // Who had it in his hands may have put links on it.
                    MountFlag.NO_SYMLINK_FOLLOW,
                    MountFlag.NO_ATIME),
                ""));
    if (result instanceof MountResult.Refused(Errno errno, String reason)) {
      LOG.warnf("drive %s: %s", drive.uuid(), reason);
      return new Place.Not(
          "DriveUnreadable",
          "The kernel does not mount drive " + drive.title() + ": " + errno.text() + ".");
    }
    Mounted now = new Mounted(drive.device(), disk);
    mounted.put(drive.uuid(), now);
    if (!isOn(drive, type)) {
      boolean _ = unmount(drive.uuid());
      return new Place.Not(NOT_THERE, "Drive " + drive.title() + " is not plugged in any more.");
    }
    look();
    return now.at(root);
  }

  /** Empty when it is not, or another disk is there now. */
  private synchronized Optional<Place> stillMounted(String uuid) {
    Path root = places.resolve(uuid);
    Mounted known = mounted.get(uuid);
    if (known == null || !known.disk.equals(DiskSequence.of(known.device)) || at(root).isEmpty()) {
      return Optional.empty();
    }
    known.usedAt = System.nanoTime();
    known.usedBy = Thread.currentThread();
    return Optional.of(known.at(root));
  }

  /**
   * Whether what is mounted is that drive: another one may have got its device since storage
   * looked. While it is mounted none can.
   */
  private static boolean isOn(Drive drive, String type) {
    try {
      return FileSystemUuid.of(Path.of(drive.device()), type)
          .filter(uuid -> uuid.toString().equals(drive.uuid()))
          .isPresent();
    } catch (IOException e) {
      LOG.warnf("drive %s: %s", drive.uuid(), e);
      return false;
    }
  }

  private void look() {
    var _ = warden.schedule(this::letGoIdle, IDLE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Whether a drive that we had mounted is not there any more, or came back since. What cannot be
   * written to it is noticed before storage tells that it went, so this waits for a moment.
   */
  public boolean wentAway(String uuid) {
    String device;
    String disk;
    synchronized (this) {
      Mounted known = mounted.get(uuid);
      if (known == null) {
        return true;
      }
      device = known.device;
      disk = known.disk;
    }
    long end = System.nanoTime() + NOTICED.toNanos();
    try {
      while (true) {
        boolean last = System.nanoTime() >= end;
        if (!DiskSequence.of(device).equals(disk)) {
          return true;
        }
        try {
          Drive now = attached.all().get(uuid);
          if (now == null || !now.device().equals(device)) {
            return true;
          }
        } catch (Away e) {
          LOG.debugf("nobody knows whether drive %s is there: %s", uuid, e.getMessage());
        }
        if (last) {
          return false;
        }
        Thread.sleep(LOOK_EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether it was told that it is in use, and so will be told that it is not any more. */
  public synchronized boolean isTold(String uuid) {
    Mounted known = mounted.get(uuid);
    return known != null && known.told;
  }

  /**
   * Tells that a drive that is mounted is in use, once each time that it is; whoever tells what is
   * safe to remove mounts it to look at it too, and does not call this.
   */
  void inUseNow(String uuid) {
    Mounted known;
    synchronized (this) {
      known = mounted.get(uuid);
      if (known == null || known.told) {
        return;
      }
      known.told = true;
    }
    if (!tell()) {
      synchronized (this) {
        known.told = false;
      }
    }
  }

  private boolean tell() {
    try {
      useChanged.run();
      return true;
    } catch (RuntimeException e) {
      LOG.warn("it is told later which drives are in use", e);
      return false;
    }
  }

  private Optional<Mount> at(Path root) {
    return mounts.list().stream()
        .filter(mount -> mount.mountPoint().equals(root.toString()))
        .findFirst();
  }

  /**
   * Unmounts it if nothing on it is open; whether it is not mounted then. Not when somebody else
   * was just given it, and has not opened anything yet.
   */
  public synchronized boolean release(String uuid) {
    Mounted known = mounted.get(uuid);
    if (known == null) {
      return true;
    }
    boolean ofAnother =
        !known.usedBy.equals(Thread.currentThread())
            && System.nanoTime() - known.usedAt < GIVEN.toNanos();
    if (ofAnother || !unmount(uuid)) {
      return false;
    }
    if (known.told) {
      warden.execute(this::tell);
    }
    return true;
  }

  /** Whether what is at that place is the drive, and not the bare directory. */
  public boolean isAt(Path root) {
    return at(root).isPresent();
  }

  /** Never lazily: when it is gone everything is on the drive. */
  private boolean unmount(String uuid) {
    Path root = places.resolve(uuid);
    while (at(root).isPresent()) {
      if (mounts.unmount(root.toString()) instanceof MountResult.Refused(_, String reason)) {
        LOG.debugf("drive %s: %s", uuid, reason);
        return false;
      }
    }
    mounted.remove(uuid);
    return true;
  }

  private void letGoIdle() {
    try {
      for (String uuid : idle()) {
        boolean _ = release(uuid);
      }
    } catch (RuntimeException e) {
      LOG.warn("drives are let go a moment later", e);
    } finally {
      synchronized (this) {
        if (!mounted.isEmpty()) {
          look();
        }
      }
    }
  }

  private synchronized List<String> idle() {
    long now = System.nanoTime();
    return mounted.entrySet().stream()
        .filter(one -> now - one.getValue().usedAt > IDLE.toNanos())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Lets go what a process that was killed left mounted. */
  public synchronized void begin() {
    if (!Files.isDirectory(places)) {
      return;
    }
    for (Mount mount : mounts.list()) {
      Path place = Path.of(mount.mountPoint());
      if (places.equals(place.getParent())
          && !mounted.containsKey(place.getFileName().toString())) {
        boolean _ = unmount(place.getFileName().toString());
      }
    }
  }

  @Override
  public void close() {
    warden.shutdownNow();
    synchronized (this) {
      List.copyOf(mounted.keySet()).forEach(this::unmount);
    }
  }
}
