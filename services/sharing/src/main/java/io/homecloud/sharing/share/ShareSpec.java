package io.homecloud.sharing.share;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be wished of a share.
 *
 * @param volume whose files are shared
 * @param path the directory in the volume, all of it when absent; made when it is missing at first
 * @param protocols at least one
 * @param access what accounts and groups may do
 * @param guests what everybody else may do, nothing when absent
 * @param nfs who reaches it by NFS
 * @param recycleBin files deleted over SMB are kept for a while when present; over WebDAV and NFS
 *     what is deleted is gone
 * @param previousVersions whether snapshots can be looked into, over SMB and WebDAV
 * @param timeMachine Macs may back up to it when present
 * @param homes whether each account sees a directory of its own, made as soon as it may
 * @param hidden whether it is left out of lists
 * @param readOnly whether nobody may write
 * @param smb what SMB asks of clients; the oldest dialect of any share is spoken for all
 * @param accessLog whether it is written down who did what
 * @param displayName what people read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShareSpec(
    Name volume,
    @Nullable String path,
    List<Protocol> protocols,
    List<AccessRule> access,
    @Nullable Level guests,
    @Nullable NfsWish nfs,
    @Nullable RecycleBin recycleBin,
    boolean previousVersions,
    @Nullable TimeMachine timeMachine,
    boolean homes,
    boolean hidden,
    boolean readOnly,
    @Nullable SmbWish smb,
    boolean accessLog,
    @Nullable String displayName) {
  public ShareSpec {
    protocols = protocols == null ? List.of() : List.copyOf(protocols);
    access = access == null ? List.of() : List.copyOf(access);
  }

  /** Whether a rule is about that account. */
  public boolean names(Name account) {
    return access.stream().anyMatch(rule -> account.equals(rule.account()));
  }

  /** Whether NFS clients act as it. */
  public boolean actsAs(Name account) {
    return nfs != null && account.equals(nfs.as());
  }

  /** The same without the rules of an account, which another one gets, if any. */
  public ShareSpec passing(Name from, Optional<Name> to) {
    List<AccessRule> rules = new ArrayList<>();
    for (AccessRule rule : access) {
      if (!from.equals(rule.account())) {
        rules.add(rule);
      } else if (to.isPresent()) {
        rules.add(new AccessRule(to.get(), null, rule.level()));
      }
    }
    return new ShareSpec(
        volume,
        path,
        protocols,
        rules.stream().distinct().toList(),
        guests,
        to.isPresent() && nfs != null && actsAs(from) ? new NfsWish(nfs.clients(), to.get()) : nfs,
        recycleBin,
        previousVersions,
        timeMachine,
        homes,
        hidden,
        readOnly,
        smb,
        accessLog,
        displayName);
  }

  Level guestLevel() {
    return guests == null ? Level.NONE : guests;
  }
}
