package io.homecloud.sharing.link;

import io.homecloud.control.Name;
import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.serving.Level;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What links need to know of shares and of who may do what with them. */
public interface LinkShares {
  /**
   * A share.
   *
   * @param volumeUid which volume of that name it is; null while none is known
   * @param directory in the volume
   * @param ready whether its files are there now
   */
  record Shared(
      UUID uid,
      Name name,
      Name volume,
      @Nullable UUID volumeUid,
      RelativePath directory,
      boolean ready) {
    /** Empty while the volume is not known. */
    Optional<LinkTarget> target() {
      return Optional.ofNullable(volumeUid)
          .map(known -> new LinkTarget(uid, known, directory.toString()));
    }
  }

  Optional<Shared> find(Name share);

  /**
   * What somebody may do with the files of a share now; nothing when they have no account any more,
   * or a disabled one.
   *
   * @param who an account's name, or {@code root} for the machine's own token
   */
  Level level(String who, Name share);
}
