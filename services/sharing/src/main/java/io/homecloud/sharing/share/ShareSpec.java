package io.homecloud.sharing.share;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Rule;
import io.homecloud.control.resource.Shape;
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
 * @param hidden whether it is left out of lists; NFS lists it all the same
 * @param readOnly whether nobody may write
 * @param smb what SMB asks of clients; the oldest dialect of any share is spoken for all
 * @param accessLog whether it is written down who did what
 * @param displayName what people read
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Rule(
    value = "'nfs' in self.protocols == has(self.nfs)",
    otherwise = "nfs says who comes by NFS: it is there when protocols names nfs, and only then.")
@Rule(
    value = "'smb' in self.protocols || !has(self.smb)",
    otherwise = "smb says how SMB is spoken, but protocols does not name smb.")
@Rule(
    value = "'smb' in self.protocols || !has(self.timeMachine)",
    otherwise = "Macs back up by SMB: timeMachine needs smb among the protocols.")
@Rule(
    value = "'smb' in self.protocols || !has(self.recycleBin)",
    otherwise = "Only SMB keeps what is deleted: recycleBin needs smb among the protocols.")
@Rule(
    value =
        "'smb' in self.protocols || 'webdav' in self.protocols || !(has(self.previousVersions) && self.previousVersions)",
    otherwise =
        "NFS cannot show earlier versions: previousVersions needs smb or webdav among the protocols.")
@Rule(
    value = "!(has(self.homes) && self.homes && 'nfs' in self.protocols)",
    otherwise = "NFS knows no people: homes and nfs exclude each other.")
@Rule(
    value = "!(has(self.homes) && self.homes && has(self.guests) && self.guests != 'none')",
    otherwise = "Guests have no directory of their own: homes and guests exclude each other.")
@Rule(
    value = "!(has(self.readOnly) && self.readOnly && has(self.timeMachine))",
    otherwise = "Nobody can back up to a share that is readOnly.")
public record ShareSpec(
    Name volume,
    @Shape(most = 4000) @Nullable String path,
    @Shape(least = 1, most = 3) List<Protocol> protocols,
    @Shape(most = 256) List<AccessRule> access,
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
    @Shape(least = 1, most = 200) @Nullable String displayName) {
  public ShareSpec {
    protocols = protocols == null ? List.of() : List.copyOf(protocols);
    access = access == null ? List.of() : List.copyOf(access);
  }

  /** Whether a rule is about that group. */
  public boolean namesGroup(Name group) {
    return access.stream().anyMatch(rule -> group.equals(rule.group()));
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
