package io.homecloud.testkit;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.stream.LongStream;

/** How much this JVM holds, for tests of what has to be done in constant memory. */
public final class MemoryInUse {
  private static final int LOOKS = 3;
  private static final long BETWEEN_MILLIS = 50;

  private MemoryInUse() {}

  /**
   * Bytes of the heap that are reachable now, and of buffers outside of it: the least of some
   * looks, since others in the JVM, as the broker, hold megabytes for a moment. Files that are
   * mapped are not counted: they are pages of the file, and the broker maps a megabyte for each
   * partition that it opens.
   */
  public static long bytes() {
    return LongStream.generate(MemoryInUse::look).limit(LOOKS).min().orElseThrow();
  }

  @SuppressWarnings("CallToSystemGC") // to measure what is reachable
  private static long look() {
    try {
      Thread.sleep(BETWEEN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return heap
        + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
  }
}
