package io.homecloud.sharing.volume;

import io.homecloud.control.Name;

/** Finds the volume of a name, if need be by asking storage. */
@FunctionalInterface
public interface VolumeFinder {
  /** What was found. */
  sealed interface Found {
    record Here(KnownVolume volume) implements Found {}

    /** There is none, with a sentence. */
    record None(String sentence) implements Found {}

    /** Nobody can say now: storage does not answer. */
    record NotKnown() implements Found {}
  }

  Found find(Name name);
}
