package io.homecloud.sharing.volume;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A volume as storage last told.
 *
 * @param owner {@code 1000:1000}
 * @param spaceLow how little is left of its quota; null when there is enough
 * @param seenAt when that was
 */
public record KnownVolume(
    UUID uid,
    String name,
    String node,
    UUID pool,
    @Nullable String mountPath,
    String owner,
    State state,
    @Nullable String message,
    @Nullable String spaceLow,
    Instant seenAt) {
  /** Whose a volume is of which storage says nobody. */
  public static final String ROOT = "0:0";

  /** Without a number: storage tells of the crossing alone, and says in the volume how it is. */
  static String littleLeft(String volume) {
    return "Little is left of the quota of volume " + volume + ", which says how much.";
  }

  KnownVolume at(@Nullable String place) {
    return new KnownVolume(uid, name, node, pool, place, owner, state, message, spaceLow, seenAt);
  }

  /** What it is to us. */
  public enum State {
    /** It can be served. */
    Ready,
    /** It cannot be served now. */
    Unavailable,
    /** It is in the trash. */
    Trashed,
    /** Storage wants it gone, for the trash or with its pool. */
    Leaving
  }
}
