package io.homecloud.sharing.link;

import io.homecloud.control.resource.Resource;
import java.util.Optional;

/** Tells whether a link's share is still the one that it was made for, with the same files. */
final class LinkAim {
  private final LinkShares shares;
  private final LinkRecords records;

  LinkAim(LinkShares shares, LinkRecords records) {
    this.shares = shares;
    this.records = records;
  }

  /** What the name of the share stands for now. */
  enum Found {
    SAME,
    /** For nothing, or for another share. */
    GONE,
    /** For the same share, which has other files. */
    MOVED
  }

  /** Of a link that is older than what is written down of it, that is written down first. */
  Found look(Resource<GuestLinkSpec, GuestLinkStatus> link, LinkRecord record) {
    Optional<LinkShares.Shared> shared =
        shares.find(link.spec().share(), link.metadata().createdBy());
    if (shared.isEmpty()) {
      return Found.GONE;
    }
    LinkTarget made = record.target();
    // While the volume is not known nothing of it can be opened either.
    Optional<LinkTarget> now = shared.get().target();
    if (made == null) {
      now.ifPresent(target -> records.aim(link.uid(), target));
      return Found.SAME;
    }
    if (!made.share().equals(shared.get().uid())) {
      return Found.GONE;
    }
    return now.isEmpty() || now.get().equals(made) ? Found.SAME : Found.MOVED;
  }
}
