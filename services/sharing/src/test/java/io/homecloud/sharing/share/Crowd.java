package io.homecloud.sharing.share;

import io.homecloud.sharing.serving.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Many clients that write at once, each its own files, and read back what they wrote. */
final class Crowd {
  private static final int USUAL = 128 << 10;
  private static final int LARGE = 4 << 20;

  /** In a short test, beside others, starting their programs would be all that they do. */
  private static final int LONGEST_PAUSE_MILLIS = Boolean.getBoolean("homecloud.soak") ? 1 : 2000;

  private final HouseClient client;
  private final Path directory;
  private final List<Thread> threads = new ArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final Map<String, Path> written = new ConcurrentHashMap<>();
  private final AtomicInteger writing = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private volatile boolean over;

  /**
   * @param directory of what they write
   */
  Crowd(HouseClient client, Path directory) {
    this.client = client;
    this.directory = directory;
  }

  void begin(Protocol protocol, int clients, Random random) {
    for (int i = 0; i < clients; i++) {
      Random own = new Random(random.nextLong());
      String name = protocol.name().toLowerCase(java.util.Locale.ROOT) + "-" + i + "-";
      threads.add(Thread.ofVirtual().start(() -> work(protocol, name, own)));
    }
  }

  private void work(Protocol protocol, String name, Random random) {
    try {
      for (int n = 0; !over; n++) {
        // Sometimes a file of before is written over.
        String file = name + random.nextInt(n + 1);
        Path content = directory.resolve(name + "is-" + n);
        byte[] bytes = new byte[random.nextInt(random.nextInt(10) == 0 ? LARGE : USUAL)];
        random.nextBytes(bytes);
        Files.write(content, bytes);
        Path back = directory.resolve(name + "back");
        Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS));
        must(writing(() -> client.put(protocol, content, file)));
        must(client.get(protocol, file, back));
        if (Files.mismatch(content, back) >= 0) {
          faults.add(file + " came back as something else");
        }
        Path before = written.put(file, content);
        if (before != null) {
          Files.delete(before);
        }
      }
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      faults.add(e.toString());
    }
  }

  private HouseClient.Told writing(Supplier<HouseClient.Told> write) {
    most.accumulateAndGet(writing.incrementAndGet(), Math::max);
    try {
      return write.get();
    } finally {
      writing.decrementAndGet();
    }
  }

  /** How many wrote at the same time, when it was the most. */
  int most() {
    return most.get();
  }

  private void must(HouseClient.Told told) {
    if (!told.done()) {
      faults.add(told.toString());
    }
  }

  /** What went wrong until now, which is when all are done. */
  List<String> end() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return faults;
  }

  /** Where there is now, by its name, what each file holds. */
  Map<String, Path> written() {
    return written;
  }
}
