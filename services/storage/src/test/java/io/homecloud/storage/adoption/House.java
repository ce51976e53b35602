package io.homecloud.storage.adoption;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Draft;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.Status;
import io.homecloud.host.HostCommand;
import io.homecloud.host.HostResult.Exited;
import io.homecloud.host.LocalHost;
import io.homecloud.host.mount.Mount;
import io.homecloud.host.mount.Mounts;
import io.homecloud.storage.Compression;
import io.homecloud.storage.StorageConfig;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import io.homecloud.storage.blkid.BlkidContentProbe;
import io.homecloud.storage.btrfs.BtrfsPools;
import io.homecloud.storage.btrfs.BtrfsVolumes;
import io.homecloud.storage.catalogue.CatalogueFiles;
import io.homecloud.storage.catalogue.DocumentSeal;
import io.homecloud.storage.catalogue.Wishes;
import io.homecloud.storage.disk.LoopPolicy;
import io.homecloud.storage.document.DocumentFeature;
import io.homecloud.storage.pool.MountedPool;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.pool.PoolDisks;
import io.homecloud.storage.pool.PoolFeature;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.pool.PoolStatus;
import io.homecloud.storage.pool.Profile;
import io.homecloud.storage.schedule.ScheduleFeature;
import io.homecloud.storage.snapshot.SnapshotFeature;
import io.homecloud.storage.snapshot.SnapshotSpec;
import io.homecloud.storage.snapshot.SnapshotStatus;
import io.homecloud.storage.sysfs.SysfsDisks;
import io.homecloud.storage.sysfs.SystemRoots;
import io.homecloud.storage.trash.TrashFeature;
import io.homecloud.storage.volume.VolumeFeature;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.TestPostgres;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * One installation with storage alone: a directory of its own, an empty database, real reconcilers.
 * Its disks are those that the test has made.
 */
final class House implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final LoopDisks disks;
  private final Path data;
  private final ControlPlane plane;
  private final MountedPools mounted = new MountedPools();
  private final StorageNode node;
  private final DocumentFeature documents;
  private final AdoptionFeature adoption;
  private final List<String> told = new CopyOnWriteArrayList<>();

  /** With the state in this directory, which may be that of a house before, and no database yet. */
  House(LoopDisks disks, Path data) {
    this(disks, data, new Mounts()::list);
  }

  /** Every look at its disks begins by asking what is mounted. */
  House(LoopDisks disks, Path data, Supplier<List<Mount>> mounts) {
    this.disks = disks;
    this.data = data;
    StorageConfig config = config(data);
    DataSource source = TestPostgres.freshSchema().migrated("db/events", "db/control").dataSource();
    this.plane =
        new ControlPlane(
            "storage",
            config.node(),
            source,
            Wishes.JSON,
            Clock.systemUTC(),
            event -> {
              told.add(event.type());
              return CompletableFuture.completedFuture(null);
            },
            Map.of());
    LocalHost host = new LocalHost();
    SysfsDisks all =
        new SysfsDisks(
            SystemRoots.REAL,
            new BlkidContentProbe(host),
            new LoopPolicy(List.of(disks.directory()), List.of()),
            mounts);
    this.node =
        new StorageNode(
            all,
            new PoolDisks(all),
            new BtrfsPools(host),
            new BtrfsVolumes(),
            new CatalogueFiles(Wishes.JSON, InstallationId.of(data)));
    this.documents =
        new DocumentFeature(
            node, mounted, new DocumentSeal(data.resolve("secrets"), Wishes.JSON), Wishes.JSON);
    this.adoption = new AdoptionFeature(config, plane, node, mounted, documents::learn);
    start(config);
  }

  private void start(StorageConfig config) {
    mounted.onMount(adoption.check()::check);
    mounted.onMount(pool -> {
      Selection inside = Selection.in(pool.id().value());
      for (var volume : plane.resources().all(StorageKinds.VOLUME, inside)) {
        plane.wake(volume.uid());
        plane
            .resources()
            .all(StorageKinds.SCHEDULE, Selection.in(volume.uid()))
            .forEach(schedule -> plane.wake(schedule.uid()));
      }
      plane.resources().all(StorageKinds.TRASH, inside).forEach(entry -> plane.wake(entry.uid()));
    });
    mounted.onMount(documents::arrived);
    adoption.begin();
    documents.start();
    SnapshotFeature snapshots = new SnapshotFeature(plane, node, mounted);
    plane.start(
        List.of(
            new PoolFeature(config, plane, node, mounted).reconciler(),
            new VolumeFeature(config, plane, node, mounted).reconciler(),
            snapshots.reconciler(),
            new TrashFeature(config, plane, node, mounted).reconciler(),
            new ScheduleFeature(plane, node, mounted, snapshots).reconciler()),
        List.of());
  }

  private static StorageConfig config(Path data) {
    return new StorageConfig() {
      @Override
      public Optional<UUID> installationId() {
        return Optional.empty();
      }

      @Override
      public String node() {
        return "node1";
      }

      @Override
      public Path data() {
        return data;
      }

      @Override
      public java.util.Optional<List<Path>> images() {
        return java.util.Optional.empty();
      }

      @Override
      public Duration trashKept() {
        return Duration.ofDays(7);
      }

      @Override
      public int trashFloorPercent() {
        return 5;
      }

      @Override
      public Duration trashKeptAtLeast() {
        return Duration.ofHours(1);
      }

      @Override
      public int spaceLowPercent() {
        return 10;
      }

      @Override
      public String scrubCron() {
        return "";
      }

      @Override
      public Duration disksAwaited() {
        return Duration.ZERO;
      }
    };
  }

  /** A disk was plugged in. */
  void look() {
    adoption.look();
  }

  /** Whether disks were looked at since the start. */
  boolean looked() {
    try {
      adoption.requireLooked();
      return true;
    } catch (ProblemException e) {
      return false;
    }
  }

  AdoptionService adoption() {
    return adoption.adoption();
  }

  ExportService export() {
    return adoption.export();
  }

  DocumentFeature documents() {
    return documents;
  }

  ControlPlane plane() {
    return plane;
  }

  StorageNode node() {
    return node;
  }

  /** Types of the events that were told. */
  List<String> told() {
    return told;
  }

  Path mountOf(String volume) {
    return data.resolve("volumes").resolve(volume);
  }

  Path mountOfPool(String pool) {
    return data.resolve("pools").resolve(pool);
  }

  MountedPool pool(String name) {
    return mounted.require(get(StorageKinds.POOL, name).uid());
  }

  Resource<PoolSpec, PoolStatus> makePool(String name, Path... devices) {
    boolean one = devices.length == 1;
    List<String> ids =
        List.of(devices).stream()
            .map(device -> node.disks().find(device.toString()).orElseThrow().id().value())
            .toList();
    PoolSpec spec =
        new PoolSpec(
            "node1",
            ids,
            one ? Profile.SINGLE : Profile.RAID1,
            one ? Profile.DUP : Profile.RAID1,
            Compression.parse("zstd:3"),
            false);
    return make(StorageKinds.POOL, name, null, Map.of(), spec);
  }

  Resource<VolumeSpec, VolumeStatus> makeVolume(
      String pool, String name, Map<String, String> labels) {
    UUID parent = get(StorageKinds.POOL, pool).uid();
    VolumeSpec spec = VolumeWish.noted(Wishes.volumeSpec(), new Name(pool));
    return make(StorageKinds.VOLUME, name, parent, labels, spec);
  }

  Resource<SnapshotSpec, SnapshotStatus> makeSnapshot(
      String volume, String name, boolean pinned, Map<String, String> labels) {
    UUID parent = get(StorageKinds.VOLUME, volume).uid();
    return make(
        StorageKinds.SNAPSHOT,
        name,
        parent,
        labels,
        new SnapshotSpec(new Name(volume), pinned, null));
  }

  <S, T extends Status> Resource<S, T> make(
      Kind<S, T> kind,
      String name,
      @org.jspecify.annotations.Nullable UUID parent,
      Map<String, String> labels,
      S spec) {
    plane
        .resources()
        .create(
            kind,
            new Draft<>(UUID.randomUUID(), new Name(name), "node1", parent, labels, spec, "alice"));
    return ready(kind, name);
  }

  <S, T extends Status> Resource<S, T> get(Kind<S, T> kind, String name) {
    return plane.resources().find(kind, new Name(name)).orElseThrow();
  }

  /** The resource when it is ready. */
  <S, T extends Status> Resource<S, T> ready(Kind<S, T> kind, String name) {
    until(
        kind.name() + " " + name + " ready",
        () -> plane.resources().find(kind, new Name(name)).filter(Resource::ready).isPresent());
    return get(kind, name);
  }

  void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            what
                + " did not come: "
                + plane.resources().all(StorageKinds.POOL, Selection.ALL)
                + plane.resources().all(StorageKinds.VOLUME, Selection.ALL));
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  List<String> names(Kind<?, ?> kind) {
    return plane.resources().all(kind, Selection.ALL).stream()
        .map(found -> found.name().value())
        .toList();
  }

  /** The process ends; what it has mounted stays. */
  void stop() {
    adoption.close();
    documents.close();
    plane.close();
  }

  /** The machine is switched off. */
  @Override
  public void close() {
    stop();
    Mounts mounts = new Mounts();
    List<Mount> own =
        mounts.list().stream()
            .filter(mount -> Path.of(mount.mountPoint()).startsWith(data))
            .sorted(Comparator.comparing(mount -> mount.mountPoint().contains("/pools/")))
            .toList();
    own.forEach(mount ->
        eventually(() -> {
          var _ = mounts.unmount(mount.mountPoint());
          assertThat(mounts.list()).noneMatch(now -> now.id() == mount.id());
        }));
    own.forEach(mount -> disks.awaitUnmounted(Path.of(mount.source())));
    disks.forget();
  }

  static String run(String... argv) {
    HostCommand command = new HostCommand(List.of(argv), Duration.ofMinutes(2), Map.of());
    return switch (new LocalHost().run(command)) {
      case Exited(int code, String output, _) when code == 0 -> output.strip();
      case Object other -> throw new AssertionError(command + ": " + other);
    };
  }
}
