package io.homecloud.storage.disk;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.task.TaskHandler;
import io.homecloud.events.database.Signal;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Disks, assembled. */
public final class DiskFeature implements AutoCloseable {
  private final ControlPlane plane;
  private final SeenDisks seen;
  private final DiskRegister register;
  private final DiskKeeper keeper;
  private final DiskActions actions;
  private final List<TaskHandler> tasks;

  /**
   * @param poolTouched is told which pool's disks came, went or changed, or began or ceased to
   *     fail, known here or not
   */
  public DiskFeature(
      ControlPlane plane, StorageNode node, DiskTools tools, Consumer<UUID> poolTouched) {
    this.plane = plane;
    this.seen = new SeenDisks(node.disks());
    this.register = new DiskRegister(plane.node(), plane.resources(), plane.clock());
    this.keeper = new DiskKeeper(seen, register, tools, plane.clock(), poolTouched);
    this.actions = new DiskActions(plane, node.disks(), tools.removal());
    this.tasks = List.of(new ImportTask(plane, new DiskImport(node.disks())));
    node.poolDisks().remembering(seen::all);
  }

  /** To be called before the control plane starts. */
  public void begin() {
    plane.database().subscribe(Signal.Topic.RESYNC, _ -> keeper.wake());
  }

  /** Begins to watch, aside: looking at all disks takes a while. */
  public void start() {
    keeper.start();
  }

  @Override
  public void close() {
    // It may be about to watch.
    keeper.close();
    seen.close();
  }

  public List<TaskHandler> tasks() {
    return tasks;
  }

  public DiskActions actions() {
    return actions;
  }

  public SeenDisks seen() {
    return seen;
  }

  /** What is answered of every disk, ordered by id. */
  public List<DiskView> views() {
    Map<String, Resource<DiskSpec, DiskStatus>> known = register.known();
    Map<UUID, String> pools =
        plane.resources().all(StorageKinds.POOL, Selection.ALL).stream()
            .collect(Collectors.toMap(Resource::uid, pool -> pool.name().value()));
    return seen.offered().stream()
        .map(disk -> DiskView.of(disk, plane.node(), known.get(disk.id().value()), pools::get))
        .toList();
  }

  /** What is answered of this disk, which was looked at now. */
  public DiskView view(Disk disk) {
    Function<UUID, String> pools =
        uid -> actions.pool(disk).map(pool -> pool.name().value()).orElse(null);
    return DiskView.of(disk, plane.node(), register.find(disk.id()).orElse(null), pools);
  }

  /** Asks a disk for its health now; what it says is in the next view. */
  public void checkUp(Disk disk) {
    register(disk);
    keeper.ask(disk);
  }

  /** One that came just now may not be written down yet. */
  private void register(Disk disk) {
    seen.lookAt(disk.name());
    register.agree(seen::offered);
  }

  /** Changes what people noted of a disk; see {@link DiskRegister#note}. */
  public void note(Disk disk, UnaryOperator<DiskNote> change, String subject) {
    if (register.find(disk.id()).isEmpty()) {
      register(disk);
    }
    register.note(disk.id(), change, subject);
  }
}
