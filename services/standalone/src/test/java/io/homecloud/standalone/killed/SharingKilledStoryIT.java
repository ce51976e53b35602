package io.homecloud.standalone.killed;

import static io.homecloud.testkit.Eventually.eventually;
import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.standalone.Script;
import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.Repeated;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of everything, and of each server alone, while clients of all protocols write to
 * a share; by seeds as {@link KilledStoryIT}. The application has 100 MB of heap.
 */
class SharingKilledStoryIT {
  private static final Duration SERVES_AGAIN = Duration.ofSeconds(90);
  private static final int LONGEST_MILLIS = 1500;
  private static final int LARGEST = 8 << 20;

  private final Repeated repeated = Repeated.rounds(5, 60);
  private final Random random = repeated.random();
  private final LoopDisks disks = new LoopDisks();
  private final Sharing sharing = Sharing.at(disks.directory());
  private final Server server =
      new Server(disks.directory(), Script.STORY_CACHE, sharing.environment(), "-Xmx100m");
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Path> acknowledged = new ConcurrentHashMap<>();
  private final AtomicInteger hellos = new AtomicInteger();
  private volatile boolean over;

  @AfterEach
  void nothingIsLeft() {
    threads.shutdownNow();
    server.end();
    disks.close();
  }

  @Test
  void clientsComeBackAndNothingAcknowledgedIsLost() throws Exception {
    // Given
    Path disk = disks.disk(4L << 30);
    server.launch();
    Api api = server.api();
    api.must("pools", "home", Map.of("disks", List.of(disk.toString())));
    api.must("volumes", "docs", Map.of("pool", "home"));
    Path volume = Path.of(api.get("volumes/docs").path("status").path("mountPath").asText());
    sharing.wish(api, "docs");
    assertServes(-1);

    for (int round = 0; round < repeated.rounds(); round++) {
      // When
      List<Future<?>> clients = new ArrayList<>();
      over = false;
      for (Sharing.By by : Sharing.By.values()) {
        Random own = new Random(random.nextLong());
        String name = by.name().toLowerCase(java.util.Locale.ROOT) + "-" + round + "-";
        clients.add(threads.submit(() -> write(by, name, own)));
      }
      within(SERVES_AGAIN, () -> assertThat(acknowledged).isNotEmpty());
      TimeUnit.MILLISECONDS.sleep(300 + random.nextInt(LONGEST_MILLIS));
      kill(round);
      over = true;
      for (Future<?> client : clients) {
        client.get(3, TimeUnit.MINUTES);
      }

      // Then
      assertServes(round);
      for (Map.Entry<String, Path> file : acknowledged.entrySet()) {
        assertThat(volume.resolve(file.getKey())).hasSameBinaryContentAs(file.getValue());
      }
      within(SERVES_AGAIN, sharing::assertOneOfEach);
      acknowledged.clear();
      // A server that comes back may take away what it had begun.
      Script.tool("find", volume.toString(), "-ignore_readdir_race", "-type", "f", "-delete");
      Script.tool(
          "find", disks.directory().toString(), "-maxdepth", "1", "-name", "sent-*", "-delete");
    }

    // When
    uploadMoreThanTheHeap(volume);
    server.stop();

    // Then
    eventually(sharing::assertNothing);

    // When: what its servers are is known to ./homecloud down, also without it
    server.launch();
    within(SERVES_AGAIN, sharing::assertOneOfEach);
    server.killAlone();
    server.down();

    // Then
    eventually(sharing::assertNothing);
  }

  /** In the first rounds one after another, then by chance. */
  private void kill(int round) {
    switch (round < 3 ? round : random.nextInt(5)) {
      case 0 -> {
        server.killEverything();
        server.launch();
      }
      case 1 -> {
        for (String one : List.of("smbd", "ganesha", "httpd")) {
          sharing.kill(one);
        }
      }
      case 2 -> {
        server.killAlone();
        server.launch();
      }
      default -> sharing.kill(List.of("smbd", "ganesha", "httpd").get(random.nextInt(3)));
    }
  }

  /** One file after the other, until it is over; what is answered with success is remembered. */
  private boolean write(Sharing.By by, String name, Random random) throws Exception {
    for (int n = 0; !over; n++) {
      byte[] bytes = new byte[1 + random.nextInt(LARGEST)];
      random.nextBytes(bytes);
      Path file = Files.write(disks.directory().resolve("sent-" + name + n), bytes);
      if (sharing.put(by, file, name + n)) {
        acknowledged.put(name + n, file);
      }
    }
    return true;
  }

  private void assertServes(int round) throws Exception {
    Path sent = Files.writeString(disks.directory().resolve("sent"), "round " + round);
    Path got = disks.directory().resolve("got");
    for (Sharing.By by : Sharing.By.values()) {
      within(
          SERVES_AGAIN,
          () -> {
            Files.deleteIfExists(got);
            String name = "hello-" + hellos.incrementAndGet();
            assertThat(sharing.put(by, sent, name)).as("put by %s", by).isTrue();
            assertThat(sharing.get(by, name, got)).as("get by %s", by).isTrue();
          });
      assertThat(got).hasContent("round " + round);
    }
  }

  /** It goes past the application, 10 GiB of it in the long tests; btrfs keeps zeros small. */
  private void uploadMoreThanTheHeap(Path volume) throws Exception {
    Path zeros = disks.directory().resolve("zeros");
    long size = Boolean.getBoolean("homecloud.soak") ? 10L << 30 : 300L << 20;
    Script.tool("truncate", "--size=" + size, zeros.toString());
    Script.tool("btrfs", "property", "set", volume.toString(), "compression", "zstd");
    assertThat(sharing.putLarge(zeros, "large")).isTrue();
    assertThat(volume.resolve("large")).hasSize(size);
  }
}
