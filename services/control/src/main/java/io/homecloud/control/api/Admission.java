package io.homecloud.control.api;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.Status;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a wish can be recorded at all, and completes it. Refusals are problems with a
 * sentence that tells the way out; what can only be known by trying becomes a condition later.
 */
public interface Admission<S, T extends Status> {
  /** A wish that may be recorded: its defaults filled in, and where it belongs. */
  record Admitted<S>(S spec, String node, @Nullable UUID parent) {}

  Admitted<S> create(Name name, S spec);

  /**
   * Refuses what only somebody may ask for who is asked once: this wish stands in a manifest, which
   * is applied again and again, also when nobody remembers that it was fulfilled.
   *
   * @param before what is to be changed, null when it is to be made
   */
  default void declared(@Nullable Resource<S, T> before, S spec) {}

  /**
   * A wish that was carried out, of which this installation has lost its row: nothing is done about
   * it any more.
   */
  default Admitted<S> ended(Name name, S spec) {
    return create(name, spec);
  }

  /** The spec to record instead of the one before; the same defaults as at creation. */
  S change(Resource<S, T> before, S wished);

  /** What is wished of a thing that stays though nobody wishes for it any more. */
  default S released(Resource<S, T> row) {
    return row.spec();
  }

  /** Refuses a deletion that cannot be; idempotent. */
  default void delete(Resource<S, T> resource) {}

  /**
   * It stays after all, since its deletion could not be recorded: what {@link #delete} has done
   * already is undone. It may be gone, or be going, by somebody else's request; throws nothing.
   */
  default void stays(Resource<S, T> resource) {}

  /**
   * Refuses it once more while nobody else can change the row, since what {@link #delete} saw may
   * have changed meanwhile. It only looks.
   */
  default void lastLook(Resource<S, T> row) {}
}
