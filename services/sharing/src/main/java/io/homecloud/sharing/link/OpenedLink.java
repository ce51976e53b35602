package io.homecloud.sharing.link;

import io.homecloud.control.resource.Resource;
import io.homecloud.host.path.RelativePath;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of opening a link. */
sealed interface OpenedLink {
  /**
   * It may be used.
   *
   * @param paths within the share
   * @param visit the cookie of a visit that has just begun; null when it goes on
   */
  record Open(
      Resource<GuestLinkSpec, GuestLinkStatus> link,
      LinkPlace place,
      List<RelativePath> paths,
      @Nullable String visit)
      implements OpenedLink {
    /** Where it is in the volume. */
    RelativePath inVolume(RelativePath path) {
      return place.directory().resolve(path);
    }

    /** Whether the link shows what is at that path of the share. */
    boolean shows(RelativePath path) {
      return paths.stream().anyMatch(shown -> shown.contains(path));
    }
  }

  /** First the password, or only that somebody and no program opens it. */
  record Asks(Resource<GuestLinkSpec, GuestLinkStatus> link, boolean password, boolean wrong)
      implements OpenedLink {}

  /** There were too many wrong passwords from that address. */
  record Locked(Duration left) implements OpenedLink {}

  /** There is none, or not any more, or its files are not there for it now. */
  record Closed(Why why) implements OpenedLink {}

  /** Why it opens nothing. */
  enum Why {
    UNKNOWN,
    EXPIRED,
    USED_UP,
    AWAY
  }
}
