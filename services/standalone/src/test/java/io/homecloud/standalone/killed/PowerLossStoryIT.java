package io.homecloud.standalone.killed;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.standalone.Script;
import io.homecloud.standalone.killed.Api.Answer;
import io.homecloud.standalone.killed.PoolOperations.Profiles;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.Repeated;
import java.nio.file.Files;
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
 * <p>What is copied are the images of the pool's disk, or of both disks of a mirror, with the file
 * system frozen that they lie on. That one is not the pool's: freezing it makes the pool write
 * nothing, the loop driver only waits before its next write. So the copies hold every write that
 * the kernel had sent to either disk up to one instant, and none of later: they lack what was in
 * memory alone, as after a power cut. What this cannot show is a disk that had taken a write and
 * forgets it; that the kernel flushes a disk's own cache is the kernel's part.
 */
class PowerLossStoryIT {
  private static final int CLIENTS = 4;
  private static final int FEWEST_WISHES = 30;
  private static final int MOST_WISHES = 100;
  private static final int LONGEST_MICROS = 50_000;
  private static final long SHELF = 3L << 30;
  private static final long DISK = 1L << 30;

  private final Repeated repeated = Repeated.rounds(1, 10);
  private final Random random = repeated.random();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<House> houses = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    threads.shutdownNow();
    houses.forEach(House::close);
  }

  /** An installation with its own disks. */
  private record House(LoopDisks disks, Server server) {
    House(LoopDisks disks) {
      this(disks, new Server(disks.directory(), disks.directory().resolveSibling("story-cache")));
    }

    void close() {
      server.end();
      disks.close();
    }
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
    Answer adopted =
        api.send(
            Request.post(
                "pools/adopt" + VolumeOperations.WAIT,
                Map.of("disks", List.of(disks.getFirst().toString()))));

    // Then
    assertThat(adopted.status()).as("%s", adopted).isEqualTo(201);
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
    House house = new House(new LoopDisks());
    houses.add(house);
    return house;
  }

  /** Returns the images as they were at an instant while the clients asked. */
  private List<Path> copiedWhileAsked(
      List<Belongings> clients, int wishes, Progress progress, int count, Path target)
      throws Exception {
    House first = house();
    Path device = first.disks().disk(SHELF);
    Script.tool("mkfs.ext4", "-q", device.toString());
    Path shelf = first.disks().mount(device);
    List<Path> disks = Stream.generate(() -> first.disks().disk(shelf, DISK)).limit(count).toList();
    first.server().launch();
    Api api = first.server().api();
    Answer pool =
        api.send(
            Request.post(
                "pools" + VolumeOperations.WAIT,
                Map.of(
                    "metadata",
                    Map.of("name", "home"),
                    "spec",
                    Map.of("disks", disks.stream().map(Path::toString).toList()))));
    assertThat(pool.status()).as("%s", pool).isEqualTo(201);

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
    List<Path> copies = frozen(shelf, target);
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

  /** One program, so that the shelf is thawed whatever happens to this process. */
  private static List<Path> frozen(Path shelf, Path target) throws Exception {
    Script.tool(
        "bash",
        "-ec",
        """
        trap 'fsfreeze --unfreeze "%1$s"' EXIT
        fsfreeze --freeze "%1$s"
        cp --sparse=always "%1$s"/*.img "%2$s"
        """
            .formatted(shelf, target));
    try (Stream<Path> files = Files.list(target)) {
      return files.filter(file -> file.toString().endsWith(".img")).sorted().toList();
    }
  }
}
