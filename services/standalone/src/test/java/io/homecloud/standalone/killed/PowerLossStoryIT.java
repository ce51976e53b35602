package io.homecloud.standalone.killed;

import io.homecloud.standalone.Script;
import io.homecloud.standalone.killed.PoolOperations.Profiles;
import io.homecloud.testkit.Repeated;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The power goes while clients write; the disks go on in an empty installation, and once more in
 * one whose database was deleted.
 *
 * <p>What is copied are the images of the pool's disk, or of both disks of a mirror, see {@link
 * Shelf}.
 */
class PowerLossStoryIT {
  private static final int CLIENTS = 4;
  private static final int FEWEST_WISHES = 30;
  private static final int MOST_WISHES = 100;
  private static final int LONGEST_MICROS = 50_000;

  private final Repeated repeated = Repeated.rounds(1, 10);
  private final Random random = repeated.random();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<House> houses = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    threads.shutdownNow();
    houses.forEach(House::close);
  }

  @Test
  void whatWasAcknowledgedIsOnTheDisks() throws Exception {
    for (int round = 0; round < repeated.rounds(); round++) {
      int wishes = random.nextInt(FEWEST_WISHES, MOST_WISHES);
      goesOnElsewhere(CLIENTS, wishes, new Progress());
    }
  }

  /** Nobody else asks for anything, so that no other commit makes durable what was forgotten. */
  @Test
  void theLastThingThatWasAcknowledgedIsOnTheDisks() throws Exception {
    for (int round = 0; round < repeated.rounds(); round++) {
      int wishes = random.nextInt(1, FEWEST_WISHES);
      goesOnElsewhere(1, wishes, new Progress(wishes));
    }
  }

  private void goesOnElsewhere(int count, int wishes, Progress progress) throws Exception {
    // Given
    List<Belongings> clients =
        Stream.generate(() -> new Random(random.nextLong()))
            .limit(count)
            .map(chance -> new Belongings("c" + chance.nextInt(1 << 20), chance))
            .toList();
    House second = house();
    boolean mirror = random.nextInt(3) > 0;
    List<Path> copies =
        copiedWhileAsked(clients, wishes, progress, mirror ? 2 : 1, second.disks().directory());

    // When
    List<Path> disks = copies.stream().map(second.disks()::attach).toList();
    second.server().launch();
    Api api = second.server().api();
    api.adopt(disks.getFirst());

    // Then
    Inspection inspection =
        new Inspection(
                new Machine(second.disks().directory()),
                clients,
                PoolOperations.Mine.nobodys(
                    mirror ? new Profiles("raid1", "raid1") : new Profiles("single", "dup")),
                disks,
                Map.of())
            .allowingNameless();
    inspection.everythingIsAsAsked(api);
    second.server().killEverything();
    Script.tool("rm", "-r", second.disks().directory().resolve("system/postgres").toString());
    second.server().launch();
    inspection.everythingIsAsAsked(second.server().api());
    second.close();
    houses.remove(second);
  }

  private House house() {
    House house = new House();
    houses.add(house);
    return house;
  }

  /** Returns the images as they were at an instant while the clients asked. */
  private List<Path> copiedWhileAsked(
      List<Belongings> clients, int wishes, Progress progress, int count, Path target)
      throws Exception {
    House first = house();
    Shelf shelf = Shelf.in(first.disks());
    List<Path> disks = shelf.disks(count);
    first.server().launch();
    Api api = first.server().api();
    api.must("pools", "home", Map.of("disks", disks.stream().map(Path::toString).toList()));
    List<Operation<Belongings>> operations = new ArrayList<>(VolumeOperations.ALL);
    operations.addAll(SnapshotOperations.ALL);
    operations.addAll(PutBackOperations.ALL);
    List<Future<?>> asking = new ArrayList<>();
    for (Belongings mine : clients) {
      asking.add(threads.submit(new Client<>(api, mine, operations, mine.random(), progress)));
    }
    progress.await(wishes, asking);
    if (clients.size() > 1) {
      TimeUnit.MICROSECONDS.sleep(random.nextInt(LONGEST_MICROS));
    }
    clients.forEach(Belongings::keep);
    List<Path> copies = shelf.frozen(target);
    progress.end();
    first.server().killEverything();
    for (Future<?> one : asking) {
      one.get(2, TimeUnit.MINUTES);
    }
    // Two disks of one identity must never be seen by the kernel at once.
    first.close();
    houses.remove(first);
    return copies;
  }
}
