package io.homecloud.standalone.killed;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.standalone.Script;
import io.homecloud.standalone.killed.Api.Answer;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.Repeated;
import io.homecloud.testkit.TestKafka;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of everything at random instants, while clients ask for everything at once.
 *
 * <p>{@code -Dhomecloud.test.rounds=} and {@code -Dhomecloud.test.seed=} as in {@link Repeated};
 * the same seed asks for the same things, but the instants are the machine's.
 */
class KilledStoryIT {
  private static final int CLIENTS = 4;
  private static final long DISK = 2L << 30;
  private static final long FOREIGN_DISK = 64L << 20;
  private static final int MOST_WISHES = 100;
  private static final int LONGEST_MICROS = 50_000;

  private final Repeated repeated = Repeated.rounds(5, 60);
  private final Random random = repeated.random();
  private final LoopDisks disks = new LoopDisks();
  private final Server server = new Server(disks.directory(), Script.STORY_CACHE);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Belongings> clients = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    threads.shutdownNow();
    server.end();
    disks.close();
  }

  @Test
  void whateverIsKilledComesBackAsItWasAcknowledged() throws Exception {
    // Given
    boolean mirrored = random.nextBoolean();
    System.out.println(mirrored ? "on a mirror of two disks" : "on one disk");
    List<Path> plugged = new ArrayList<>();
    for (int disk = 0; disk < 4; disk++) {
      plugged.add(disks.disk(DISK));
    }
    Path foreign = disks.disk(FOREIGN_DISK);
    Map<String, String> theirs = ForeignDisk.fill(disks, foreign, 10, random);
    plugged.add(foreign);
    List<String> home = new ArrayList<>(List.of(plugged.getFirst().toString()));
    if (mirrored) {
      plugged.add(disks.disk(DISK));
      home.add(plugged.getLast().toString());
    }
    server.launch();
    Api api = server.api();
    api.must("pools", "home", Map.of("disks", home));
    api.must("volumes", PoolOperations.Mine.IMPORTED, Map.of("pool", "home"));
    PoolOperations.Mine administrator =
        new PoolOperations.Mine(
            new PoolOperations.Spares(
                spare(api, plugged.get(1)),
                spare(api, plugged.get(2)),
                spare(api, plugged.get(3)),
                spare(api, foreign)),
            new Random(random.nextLong()),
            Observed.by(api).profiles("home"));
    for (int client = 0; client < CLIENTS; client++) {
      clients.add(new Belongings("c" + client, new Random(random.nextLong())));
    }
    Inspection inspection =
        new Inspection(new Machine(disks.directory()), clients, administrator, plugged, theirs);
    var _ = inspection.everythingIsAsAsked(api);

    // When
    for (int round = 0; round < repeated.rounds(); round++) {
      List<Client<?>> asked = killedWhileAsked(api, administrator);
      if (random.nextInt(4) == 0) {
        server.launch();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(2_000));
        server.killEverything();
      }
      server.launch();
      api = server.api();
      for (Client<?> client : asked) {
        client.repeat(api);
      }
      var _ = inspection.everythingIsAsAsked(api);
    }

    // Then
    comesBack(api, administrator);
    Observed now = inspection.everythingIsAsAsked(api);
    eventually(() ->
        new ToldEvents(TestKafka.messages(server.kafka(), "homecloud.storage")).assertTell(now));
  }

  private static PoolOperations.Spare spare(Api api, Path disk) throws Exception {
    return new PoolOperations.Spare(disk.toString(), api.disk(disk));
  }

  /** What was given away is adopted, so that all that was ever told of is here or gone. */
  private static void comesBack(Api api, PoolOperations.Mine administrator) throws Exception {
    var wish = PoolOperations.adopt(administrator);
    if (wish.isPresent()) {
      Answer answer = api.send(wish.get().request());
      assertThat(answer.status()).as("%s", answer).isEqualTo(201);
      wish.get().granted(answer.body());
    }
  }

  private List<Client<?>> killedWhileAsked(Api api, PoolOperations.Mine administrator)
      throws Exception {
    Progress progress = new Progress();
    List<Operation<Belongings>> operations = new ArrayList<>(VolumeOperations.ALL);
    operations.addAll(SnapshotOperations.ALL);
    operations.addAll(PutBackOperations.ALL);
    List<Client<?>> all = new ArrayList<>();
    for (Belongings mine : clients) {
      all.add(new Client<>(api, mine, operations, mine.random(), progress));
    }
    all.add(new Client<>(api, administrator, PoolOperations.ALL, administrator.random(), progress));
    List<Future<?>> asking = new ArrayList<>();
    all.forEach(client -> asking.add(threads.submit(client)));
    progress.await(random.nextInt(MOST_WISHES), asking);
    TimeUnit.MICROSECONDS.sleep(random.nextInt(LONGEST_MICROS));
    progress.ending();
    if (random.nextInt(4) == 0) {
      server.killAlone();
    } else {
      server.killEverything();
    }
    progress.end();
    for (Future<?> one : asking) {
      one.get(2, TimeUnit.MINUTES);
    }
    System.out.println("killed during " + progress.cut());
    return all;
  }
}
