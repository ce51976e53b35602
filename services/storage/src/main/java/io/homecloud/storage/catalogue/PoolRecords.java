package io.homecloud.storage.catalogue;

import io.homecloud.control.resource.Resource;
import io.homecloud.storage.Change;
import io.homecloud.storage.Outcome;
import io.homecloud.storage.document.ServiceDocument;
import io.homecloud.storage.pool.MountedPool;
import java.util.UUID;

/**
 * Notes on a pool what it holds and what is wished of it, so that it can be adopted without the
 * database. Durable with the pool's next commit; repeated writes of the same are not written.
 *
 * <p>Every verb throws {@link io.homecloud.storage.StorageFailure} when the pool cannot be written.
 */
public interface PoolRecords {
  /**
   * Makes what is missing of the places for documents. Refused: NAME_TAKEN when something else is
   * there, as may be on a disk that comes from elsewhere.
   */
  Outcome<Change> prepare(MountedPool pool);

  /**
   * Notes the resource as it is wished now, no longer released. Returns whether there is something
   * to commit: anything had to be written, or it is the first note of this process on the pool.
   */
  boolean put(MountedPool pool, Resource<?, ?> resource);

  /**
   * Notes the pool itself as given away: it is not adopted again until somebody asks for it.
   * Returns as {@link #put(MountedPool, Resource)}.
   */
  boolean release(MountedPool pool, Resource<?, ?> resource);

  /**
   * Writes a service's document over the one of this installation that is there. Returns as for a
   * resource.
   *
   * @param seal what proves that it is of this installation
   */
  boolean put(MountedPool pool, ServiceDocument document, String seal);

  /** Removes the note; absent is fine. Returns whether there was one. */
  boolean remove(MountedPool pool, String kind, UUID uid);
}
