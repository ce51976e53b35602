package io.homecloud.storage.disk;

import java.io.IOException;

/** Lets go of a disk that nobody uses any more. */
public interface Detacher {
  /**
   * Writes everything out and takes the disk away from the kernel where its kind allows that: it is
   * gone then and a new plugging in is needed. A disk gone already is fine.
   *
   * @throws IOException when something was not written, or somebody uses it after all
   */
  Unplugging detach(Disk disk) throws IOException;
}
