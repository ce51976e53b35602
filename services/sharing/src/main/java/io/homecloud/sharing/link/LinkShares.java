package io.homecloud.sharing.link;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Level;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What links need to know of shares and of who may do what with them. */
public interface LinkShares {
  /**
   * A share as somebody has it: of one of homes their own.
   *
   * @param volumeUid which volume of that name it is; null while none is known
   * @param ready whether its files are there now
   */
  record Shared(UUID uid, Name name, @Nullable UUID volumeUid, LinkPlace place, boolean ready) {
    /** Empty while the volume is not known. */
    Optional<LinkTarget> target() {
      return Optional.ofNullable(volumeUid)
          .map(known -> new LinkTarget(uid, known, place.directory().toString()));
    }
  }

  /** A share of that name. */
  Optional<UUID> uid(Name share);

  /**
   * What somebody has by that name; empty too when it is one of homes and they have none there.
   *
   * @param who as in {@link #level}
   */
  Optional<Shared> find(Name share, String who);

  /**
   * What somebody may do with the files of a share now; nothing when they have no account any more,
   * or a disabled one.
   *
   * @param who an account's name, or {@code root} for the machine's own token
   */
  Level level(String who, Name share);
}
