package io.homecloud.sharing.share;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Protocol;
import java.util.List;
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
 * @param recycleBin deleted files are kept for a while when present
 * @param previousVersions whether snapshots can be looked into
 * @param timeMachine Macs may back up to it when present
 * @param homes whether each account sees a directory of its own
 * @param hidden whether it is left out of lists
 * @param readOnly whether nobody may write
 * @param smb what SMB asks of clients
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

  /** The same without the rules of an account. */
  public ShareSpec without(Name account) {
    return new ShareSpec(
        volume,
        path,
        protocols,
        access.stream().filter(rule -> !account.equals(rule.account())).toList(),
        guests,
        nfs,
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
