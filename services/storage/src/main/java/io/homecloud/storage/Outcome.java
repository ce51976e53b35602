package io.homecloud.storage;

import java.util.Optional;
import java.util.function.Function;

/**
 * What a verb on the host answered. An exception is left for bugs and for hardware that is gone.
 */
public sealed interface Outcome<T> {
  /** It is so now, whether this call did it or it already was. */
  record Done<T>(T value) implements Outcome<T> {}

  /** It cannot be, and nothing was changed unless the verb says otherwise. */
  record Refused<T>(Refusal why) implements Outcome<T> {
    public Refused(StorageError error, String sentence) {
      this(new Refusal(error, sentence));
    }

    /** The same refusal as the answer of another verb. */
    public <U> Refused<U> as() {
      return new Refused<>(why);
    }
  }

  /** Goes on with the value of a success; a refusal stays what it is. */
  default <U> Outcome<U> then(Function<? super T, Outcome<U>> next) {
    return switch (this) {
      case Done<T>(T value) -> next.apply(value);
      case Refused<T> refused -> refused.as();
    };
  }

  /** Why not, empty for a success. */
  default Optional<Refusal> refusal() {
    return switch (this) {
      case Done<T> _ -> Optional.empty();
      case Refused<T>(Refusal why) -> Optional.of(why);
    };
  }
}
