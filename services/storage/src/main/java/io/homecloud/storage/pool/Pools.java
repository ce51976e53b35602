package io.homecloud.storage.pool;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;

/** Pools by the names that people give them. */
public final class Pools {
  private Pools() {}

  /**
   * @throws io.homecloud.control.problem.ProblemException POOL_NOT_FOUND
   */
  public static Resource<PoolSpec, PoolStatus> require(ResourceStore store, Name name) {
    return store
        .find(StorageKinds.POOL, name)
        .orElseThrow(
            () -> StorageProblem.POOL_NOT_FOUND.because("There is no pool called " + name + "."));
  }
}
