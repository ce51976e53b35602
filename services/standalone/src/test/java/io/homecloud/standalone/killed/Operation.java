package io.homecloud.standalone.killed;

import java.util.Optional;

/** A kind of request that a client makes. */
@FunctionalInterface
interface Operation<T> {
  /** What to ask for now, chosen at random; empty when there is nothing to do it to. */
  Optional<Wish> ask(T mine);
}
