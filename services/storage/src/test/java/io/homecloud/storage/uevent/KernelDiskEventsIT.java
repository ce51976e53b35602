package io.homecloud.storage.uevent;

import static org.assertj.core.api.Assertions.assertThat;

import io.homecloud.storage.block.LoopDevices;
import io.homecloud.storage.disk.DiskEvents;
import io.homecloud.storage.uevent.UeventSocket.Received;
import java.io.Closeable;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KernelDiskEventsIT {
  private static final Set<String> MISSED = Set.of();
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final LoopDevices loops = new LoopDevices();
  private final BlockingQueue<Set<String>> told = new LinkedBlockingQueue<>();
  private final DiskEvents.Listener listener =
      new DiskEvents.Listener() {
        @Override
        public void changed(Set<String> names) {
          told.add(names);
        }

        @Override
        public void missed() {
          told.add(MISSED);
        }
      };
  private Path image = Path.of("/");

  @BeforeEach
  void makeImage() throws Exception {
    Path tmp = Files.createDirectories(Path.of(System.getProperty("homecloud.test.tmp")));
    image = Files.createTempFile(tmp, "uevent-it", ".img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(1 << 20);
    }
  }

  @AfterEach
  void leaveNothing() throws Exception {
    var node = loops.of(image);
    if (node.isPresent()) {
      loops.detach(node.get());
    }
    Files.delete(image);
  }

  @Test
  void anAttachedDiskIsToldOnceAndItsGoingToo() throws Exception {
    // Given
    try (Closeable _ = new KernelDiskEvents().listen(listener)) {
      // When
      Path node = loops.attach(image, false);
      String name = node.getFileName().toString();
      int attached = countUntilQuiet(name);
      loops.detach(node);
      boolean detached = isTold(name, LONGEST);
      // Then: each makes several events; disks of others that come and go may part them once
      assertThat(attached).isBetween(1, 2);
      assertThat(detached).isTrue(); // its number may be another disk's at once
    }
  }

  @Test
  void whoFailsOnceIsToldThatSomethingWasMissed() throws Exception {
    // Given
    DiskEvents.Listener failing =
        new DiskEvents.Listener() {
          private boolean failed;

          @Override
          public void changed(Set<String> names) {
            if (!failed) {
              failed = true;
              throw new IllegalStateException("no program can be started now");
            }
            listener.changed(names);
          }

          @Override
          public void missed() {
            listener.missed();
          }
        };
    try (Closeable _ = new KernelDiskEvents().listen(failing)) {
      // When
      Path _ = loops.attach(image, false);
      // Then
      assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(MISSED);
    }
  }

  @Test
  void nothingIsToldAfterTheEndAndTheThreadIsGone() throws Exception {
    // Given
    Set<Thread> others = listeningThreads();
    Closeable listening = new KernelDiskEvents().listen(listener);
    // When
    listening.close();
    listening.close();
    loops.attach(image, false);
    // Then
    assertThat(told.poll(1, TimeUnit.SECONDS)).isNull();
    assertThat(others).containsAll(listeningThreads());
  }

  /** An application that another test has started in this JVM has one too. */
  private static Set<Thread> listeningThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("disk-events"))
        .collect(Collectors.toSet());
  }

  @Test
  void moreEventsThanTheKernelKeepsAreNoticedAsLost() throws Exception {
    // Given
    try (UeventSocket socket = new UeventSocket()) {
      // When
      for (int i = 0; i < 500; i++) {
        loops.detach(loops.attach(image, false));
      }
      // Then
      long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      boolean lost = false;
      while (!lost && System.nanoTime() < deadline) {
        lost = socket.receive(100) instanceof Received.Lost;
      }
      assertThat(lost).isTrue();
      assertThat(socket.receive(0)).isNotInstanceOf(Received.Lost.class);
    }
  }

  @Test
  void aMessageOfSomebodyWhoIsNotRootIsNotBelieved() throws Exception {
    // Given
    try (UeventSocket socket = new UeventSocket()) {
      // When
      long sentByNobody = ForgedUevent.send(socket.port(), 65534);
      long sentByRoot = ForgedUevent.send(socket.port(), 0);
      List<Received> received = new ArrayList<>();
      long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
      while (System.nanoTime() < end) {
        received.add(socket.receive(100));
      }
      // Then: disks of others come and go meanwhile
      assertThat(sentByRoot).isPositive().isEqualTo(sentByNobody);
      assertThat(received).filteredOn(new Received.About("forged")::equals).hasSize(1);
    }
  }

  /** How often the name was told until it was not for a second. */
  private int countUntilQuiet(String name) throws InterruptedException {
    int count = 0;
    while (isTold(name, count == 0 ? LONGEST : Duration.ofSeconds(1))) {
      count++;
    }
    return count;
  }

  /** Whether the name is told in that time, among those of others. */
  private boolean isTold(String name, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    Set<String> names = Set.of();
    while (names != null && !names.contains(name)) {
      names = told.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    return names != null;
  }
}
