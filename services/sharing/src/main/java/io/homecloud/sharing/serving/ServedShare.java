package io.homecloud.sharing.serving;

import io.homecloud.control.Name;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A share whose directory is there.
 *
 * <p>The directory is a mount of its own in which everything belongs to {@link
 * ServedShare#FILES_ID}, whoever it belongs to on disk, in which no symbolic link is followed, and
 * which can be written only when the share can. So every server acts as that one user for
 * everybody, and who may do what is decided by {@link #grants}, {@link #guests} and {@link #nfs}
 * alone.
 *
 * @param root absolute
 * @param ofHomes whether it serves nothing of its root, and to each account only its own of {@link
 *     #homes}: to nobody anything while no account has one
 * @param homes each account's own directory, a mount alike; empty for other shares
 * @param nfs null when no NFS client is let in
 * @param recycleBinDays how long deleted files are kept in {@code .recycle}; empty for no recycle
 *     bin
 * @param snapshots a directory with one entry {@code @GMT-yyyy.MM.dd-HH.mm.ss} (UTC) per snapshot,
 *     each showing what the root showed then: a directory (a snapshot itself), a mount on one, or a
 *     link to one, as long as {@link #FILES_ID} may enter it; entries may come and go at any time.
 *     In a share of homes each is a directory with such an entry for each account that has a home.
 *     Outside of the root. Null without previous versions
 * @param timeMachine the most that backups of Macs may hold, in bytes; empty when it is not for
 *     them, 0 for no limit
 * @param accessLog whether it is written down who did what
 */
public record ServedShare(
    UUID uid,
    Name name,
    Path root,
    boolean ofHomes,
    Map<Name, Path> homes,
    Set<Protocol> protocols,
    List<Grant> grants,
    Level guests,
    @Nullable NfsRule nfs,
    SmbRule smb,
    boolean readOnly,
    boolean hidden,
    OptionalInt recycleBinDays,
    @Nullable Path snapshots,
    OptionalLong timeMachine,
    boolean accessLog) {
  /** The uid and gid that files of shares have for servers; below those of accounts. */
  public static final int FILES_ID = 19_999;

  public ServedShare {
    homes = Map.copyOf(homes);
    protocols = Set.copyOf(protocols);
    grants = List.copyOf(grants);
  }

  /** What is served of it: its root, or the homes. */
  public Collection<Path> directories() {
    return ofHomes ? homes.values() : List.of(root);
  }

  /** What the person may do here, the most of all grants; read at most where nobody may write. */
  public Level level(Person person) {
    return Grant.most(grants, guests, readOnly, person.name(), person.groups());
  }
}
