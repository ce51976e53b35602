package io.homecloud.storage.disk;

import java.io.Closeable;
import java.util.Set;

/** Tells when disks come, go or change, without asking them. */
public interface DiskEvents {
  /**
   * Listens from now on. Several events of one disk within a moment are told once.
   *
   * @param listener called by one thread, one call at a time; must not throw
   * @return close it to stop; no call is made after that returned
   */
  Closeable listen(Listener listener);

  /** What is told. */
  interface Listener {
    /**
     * Something happened to these disks (or their partitions): look at them.
     *
     * @param names the kernel's names, for example {@code sda}, never of partitions
     */
    void changed(Set<String> names);

    /** Events were lost: look at everything. */
    void missed();
  }
}
