package io.homecloud.storage.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.control.task.Task;
import io.homecloud.control.task.TaskHandler.TaskResult;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.control.task.TaskStore.Order;
import io.homecloud.storage.Compression;
import io.homecloud.storage.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Jobs on a pool that begin long after they were asked for. */
class PoolTaskIT extends PoolReconcilerLab {
  private static final TaskProgress UNWATCHED =
      new TaskProgress() {
        @Override
        public void report(long done, long total, String unit) {}

        @Override
        public boolean cancelled() {
          return false;
        }
      };

  private final Path third = bench.loops.disk(GIB);

  private MountedPool mirror() {
    PoolId id = new PoolId(pool.uid());
    List<Path> both = List.of(one, two);
    assertThat(
            backend
                .format(new NewPool(id, "home", both, Profile.RAID1, Profile.RAID1, false))
                .refusal())
        .isEmpty();
    PoolMount wanted =
        new PoolMount(
            id,
            both,
            bench.loops.directory().resolve("home"),
            Compression.NONE,
            PoolMount.Access.WRITE,
            false);
    if (backend.mount(wanted) instanceof Outcome.Done<MountedPool>(MountedPool made)) {
      mounted.mounted(made, false);
      return made;
    }
    throw new AssertionError("not mounted");
  }

  private TaskResult run(Order order) {
    Task task = plane.tasks().add(order);
    TaskResult result =
        new PoolTask(order.action(), plane, backend, disks, mounted).run(task, UNWATCHED);
    plane
        .database()
        .useTransaction(transaction -> transaction.handle().execute("delete from task"));
    return result;
  }

  private String label(Path disk) {
    return bench.run("blkid", "-p", "-s", "LABEL", "-o", "value", disk.toString()).strip();
  }

  @Test
  void whatCameOntoADiskSinceItsErasingWasAllowedIsNotErased() {
    // Given
    MountedPool made = mirror();
    bench.run("mkfs.ext4", "-q", "-L", "old", third.toString());
    PoolActions actions =
        new PoolActions(
            plane, backend, disks, mounted, new PoolStatusFactory(plane.plausibleClock(), 10));
    String disk = third.toString();
    Order add = actions.add(pool.name(), disk, true, "anna");
    Order replace = actions.replace(pool.name(), two.toString(), disk, true, "anna");
    // When
    bench.run("mkfs.ext4", "-q", "-F", "-L", "photos", disk);
    TaskResult added = run(add);
    TaskResult replaced = run(replace);
    // Then
    assertThat(List.of(added, replaced))
        .allSatisfy(result ->
            assertThat(((TaskResult.CouldNot) result).reason())
                .contains("\"photos\"", "was not on it", "ask for this again"));
    assertThat(label(third)).isEqualTo("photos");
    assertThat(run(actions.replace(pool.name(), two.toString(), disk, true, "anna")))
        .isInstanceOf(TaskResult.Done.class);
    assertThat(backend.state(made).devices())
        .anySatisfy(device -> assertThat(device.path()).contains(third));
  }
}
