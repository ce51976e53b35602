package io.homecloud.control.wish;

import io.homecloud.control.resource.Kept;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.control.resource.Status;
import java.util.Optional;

/**
 * Who keeps wishes so that they go before their rows. What comes in by HTTP is told first, within
 * the transaction that writes the row: what is refused here leaves nothing behind, and what is kept
 * when the transaction fails comes back as a row.
 *
 * <p>Every verb throws a problem when it cannot be kept: CLUSTER_AWAY when nobody answers,
 * FIELD_OWNED when somebody else has set what would be changed.
 */
public interface WishKeeper extends AutoCloseable {
  /** Nobody: rows are all there is. */
  WishKeeper NONE = new WishKeeper() {};

  /**
   * Keeps a new wish, whose row holds its name already. Repeated for the same uid it is the same.
   *
   * @return empty when nobody keeps wishes of this kind
   */
  default <S, T extends Status> Optional<Kept> created(Kind<S, T> kind, Resource<S, T> row) {
    return Optional.empty();
  }

  /**
   * Keeps another wish in place of the one before.
   *
   * @return the wish as it is kept, which may hold what others have changed meanwhile
   */
  default <S, T extends Status> Wish<S> changed(
      Kind<S, T> kind, Resource<S, T> before, Wish<S> wish) {
    return wish;
  }

  /** Called before a deletion is recorded: whether it can be told at all. */
  default void deleting(Kind<?, ?> kind, Resource<?, ?> row) {}

  /** Called after it was recorded; what fails here is made up for by who keeps the wish. */
  default void deleted(Kind<?, ?> kind, Resource<?, ?> row) {}

  /** Begins to bring wishes here that come in elsewhere. */
  default void start() {}

  @Override
  default void close() {}
}
