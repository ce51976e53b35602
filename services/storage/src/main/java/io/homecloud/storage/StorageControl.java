package io.homecloud.storage;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.InstallationId;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.sign.EndedSignInRows;
import io.homecloud.control.sign.EndedSignIns;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.control.wish.Outside;
import io.homecloud.events.outbox.ChannelSender;
import io.homecloud.storage.adoption.AdoptionFeature;
import io.homecloud.storage.catalogue.CatalogueFiles;
import io.homecloud.storage.catalogue.DocumentSeal;
import io.homecloud.storage.diff.DiffFeature;
import io.homecloud.storage.disk.DiskFeature;
import io.homecloud.storage.document.DocumentFeature;
import io.homecloud.storage.pool.MountedPools;
import io.homecloud.storage.pool.PoolFeature;
import io.homecloud.storage.putback.PutBackFeature;
import io.homecloud.storage.schedule.ScheduleFeature;
import io.homecloud.storage.snapshot.SnapshotFeature;
import io.homecloud.storage.trash.TrashFeature;
import io.homecloud.storage.volume.VolumeFeature;
import io.homecloud.storage.volume.VolumeId;
import io.quarkus.agroal.DataSource;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/**
 * Storage, assembled: the adapters of this node, the features on them, and the control plane that
 * drives both.
 */
@ApplicationScoped
public class StorageControl {
  private final ControlPlane plane;
  private final EndedSignInRows endedSignIns;
  private final MountedPools pools = new MountedPools();
  private final StorageNode node;
  private final PoolFeature poolFeature;
  private final VolumeFeature volumeFeature;
  private final SnapshotFeature snapshotFeature;
  private final TrashFeature trashFeature;
  private final ScheduleFeature scheduleFeature;
  private final DocumentFeature documentFeature;
  private final AdoptionFeature adoptionFeature;
  private final PutBackFeature putBackFeature;
  private final DiffFeature diffFeature;
  private final DiskFeature diskFeature;

  StorageControl(
      StorageConfig config,
      ObjectMapper json,
      Clock clock,
      EndedSignIns ended,
      @DataSource("storage") javax.sql.DataSource source,
      @Channel("storage-events-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<String> out,
      Outside outside) {
    this.plane =
        new ControlPlane(
            "storage",
            config.node(),
            source,
            json,
            clock,
            new ChannelSender(out),
            EndedSignInRows.handlers(),
            outside);
    this.endedSignIns = new EndedSignInRows(plane.database(), "storage", clock, ended);
    this.node =
        StorageNode.of(
            config,
            new CatalogueFiles(json, InstallationId.of(config.data(), config.installationId())));
    this.poolFeature = new PoolFeature(config, plane, node, pools);
    this.volumeFeature = new VolumeFeature(config, plane, node, pools);
    this.snapshotFeature = new SnapshotFeature(plane, node, pools);
    this.trashFeature = new TrashFeature(config, plane, node, pools);
    this.scheduleFeature = new ScheduleFeature(plane, node, pools, snapshotFeature);
    this.documentFeature =
        new DocumentFeature(
            node, pools, new DocumentSeal(config.data().resolve("secrets"), json), json);
    this.adoptionFeature = new AdoptionFeature(config, plane, node, pools, documentFeature::learn);
    this.diffFeature = new DiffFeature(config, plane, node, pools, snapshotFeature);
    this.putBackFeature = new PutBackFeature(config, plane, node, pools, snapshotFeature);
    this.diskFeature =
        new DiskFeature(plane, node, StorageNode.diskTools(node.disks()), this::disksChanged);
  }

  void start(@Observes StartupEvent started) {
    // First: who is woken deletes nothing that only the pool knows of.
    pools.onMount(adoptionFeature.check()::check);
    pools.onMount(pool -> wakeAllIn(pool.id().value(), volume -> diffFeature.sweep(pool, volume)));
    pools.onMount(documentFeature::arrived);
    pools.onGone(pool -> wakeAllIn(pool, _ -> {}));
    pools.onMembers(diskFeature.seen()::lookAgain);
    List<Reconciler<?, ?>> reconcilers = new ArrayList<>();
    reconcilers.add(poolFeature.reconciler());
    reconcilers.add(volumeFeature.reconciler());
    reconcilers.add(snapshotFeature.reconciler());
    reconcilers.add(trashFeature.reconciler());
    reconcilers.add(scheduleFeature.reconciler());
    List<TaskHandler> handlers = new ArrayList<>(poolFeature.tasks());
    handlers.addAll(putBackFeature.tasks());
    handlers.addAll(diskFeature.tasks());
    endedSignIns.start();
    adoptionFeature.begin();
    documentFeature.start();
    diskFeature.begin();
    plane.start(reconcilers, handlers);
    diskFeature.start();
  }

  void stop(@Observes ShutdownEvent stopping) {
    diffFeature.close();
    diskFeature.close();
    adoptionFeature.close();
    documentFeature.close();
    endedSignIns.close();
    plane.close();
  }

  /**
   * Disks of a pool came, went, changed or began to fail: one of ours is put right, another perhaps
   * adopted.
   */
  private void disksChanged(UUID pool) {
    if (plane.resources().find(StorageKinds.POOL, pool).isPresent()) {
      plane.wake(pool);
    } else {
      adoptionFeature.look();
    }
  }

  /** What lives in a pool waits for it and it is there now, or is not in place without it. */
  private void wakeAllIn(UUID pool, Consumer<VolumeId> each) {
    Selection inside = Selection.in(pool);
    for (var volume : plane.resources().all(StorageKinds.VOLUME, inside)) {
      plane.wake(volume.uid());
      each.accept(new VolumeId(volume.uid()));
      plane
          .resources()
          .all(StorageKinds.SCHEDULE, Selection.in(volume.uid()))
          .forEach(schedule -> plane.wake(schedule.uid()));
      wakeSnapshotsOf(volume.uid());
    }
    for (var entry : plane.resources().all(StorageKinds.TRASH, inside)) {
      plane.wake(entry.uid());
      wakeSnapshotsOf(entry.uid());
    }
  }

  /** Those that have waited; the others are many and as they were. */
  private void wakeSnapshotsOf(UUID volume) {
    plane.resources().all(StorageKinds.SNAPSHOT, Selection.in(volume)).stream()
        .filter(snapshot -> !snapshot.ready() || snapshot.deleting())
        .forEach(snapshot -> plane.wake(snapshot.uid()));
  }

  public ControlPlane plane() {
    return plane;
  }

  public MountedPools pools() {
    return pools;
  }

  public StorageNode node() {
    return node;
  }

  public PoolFeature poolFeature() {
    return poolFeature;
  }

  public VolumeFeature volumeFeature() {
    return volumeFeature;
  }

  public SnapshotFeature snapshotFeature() {
    return snapshotFeature;
  }

  public ScheduleFeature scheduleFeature() {
    return scheduleFeature;
  }

  public AdoptionFeature adoptionFeature() {
    return adoptionFeature;
  }

  public DocumentFeature documentFeature() {
    return documentFeature;
  }

  public PutBackFeature putBackFeature() {
    return putBackFeature;
  }

  public DiffFeature diffFeature() {
    return diffFeature;
  }

  public DiskFeature diskFeature() {
    return diskFeature;
  }

  public TrashFeature trashFeature() {
    return trashFeature;
  }
}
