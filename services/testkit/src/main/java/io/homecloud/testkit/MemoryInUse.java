package io.homecloud.testkit;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/** How much this JVM holds, for tests of what has to be done in constant memory. */
public final class MemoryInUse {
  private static final int COLLECTIONS = 2;

  private MemoryInUse() {}

  /** Bytes of the heap that are reachable now, and of buffers outside of it. */
  @SuppressWarnings("CallToSystemGC") // to measure what is reachable
  public static long bytes() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
    }
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return heap
        + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
  }
}
