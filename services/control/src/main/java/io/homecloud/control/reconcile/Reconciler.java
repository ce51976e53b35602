package io.homecloud.control.reconcile;

import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.Status;

/**
 * Closes the difference between what was asked for and what is. Called serially per resource,
 * concurrently for different ones, only for resources of this node, and again after any crash: it
 * may die at any instruction and decides from the system, never from what it remembers.
 */
public interface Reconciler<S, T extends Status> {
  Kind<S, T> kind();

  /**
   * Looks and acts. An exception counts as a failure to be retried: the status is left as it was,
   * but for a Ready condition that says why (see {@link Explained}). While the database is away
   * there is nothing to write that to.
   */
  Outcome<T> reconcile(Resource<S, T> resource);

  /** Whether it needs no host: then another instance does it for a node that is away. */
  default boolean anywhere() {
    return false;
  }

  /**
   * Whether a resync looks at settled resources too; false for kinds that are many and cannot
   * change.
   */
  default boolean resyncs() {
    return true;
  }
}
