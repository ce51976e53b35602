package io.homecloud.sharing.samba;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.Origin;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.SmbRule;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** smb.conf, rendered whole (smb.conf(5) explains every line). */
final class SmbConf {
  private final SambaFiles files;
  private final int port;
  private final Set<Origin> blocked;
  private final StringBuilder text = new StringBuilder();

  private SmbConf(SambaFiles files, int port, Set<Origin> blocked) {
    this.files = files;
    this.port = port;
    this.blocked = blocked;
  }

  /**
   * The shares of it that Samba serves: for SMB, and with somebody who may use them; an empty list
   * of users would mean everybody to it.
   */
  static List<ServedShare> shares(Serving serving) {
    List<Person> people = SambaPeople.signingIn(serving);
    return serving.shares().stream()
        .filter(share -> share.protocols().contains(Protocol.SMB))
        .filter(share -> guests(share) || !users(share, people, _ -> true).isEmpty())
        .sorted(Comparator.comparing(ServedShare::name))
        .toList();
  }

  /**
   * All of it for these files and that port.
   *
   * @param blocked from where nobody is let in
   */
  static String render(SambaFiles files, int port, Serving serving, Set<Origin> blocked) {
    SmbConf conf = new SmbConf(files, port, blocked);
    List<ServedShare> shares = shares(serving);
    conf.global(shares);
    List<Person> people = SambaPeople.signingIn(serving);
    shares.forEach(share -> conf.share(share, people));
    return conf.text.toString();
  }

  private void global(List<ServedShare> shares) {
    text.append("# Written by homecloud; what is changed here is changed back.\n[global]\n");
    set("server role", "standalone server");
    set("netbios name", "HOMECLOUD");
    set("workgroup", "WORKGROUP");
    set("server string", "homecloud");
    set("smb ports", Integer.toString(port));
    set("disable netbios", "yes");
    set("private dir", files.secrets());
    set("state directory", files.state());
    set("cache directory", files.cache());
    set("lock directory", files.lock());
    set("pid directory", files.pids());
    set("ncalrpc dir", files.sockets());
    logs();
    set("passdb backend", "smbpasswd:" + files.passwords());
    set("map to guest", "Bad User");
    set("guest account", SambaPeople.GUEST);
    set("load printers", "no");
    set("printing", "bsd");
    set("printcap name", "/dev/null");
    set("disable spoolss", "yes");
    set("usershare max shares", "0");
    set("restrict anonymous", "0");
    if (!blocked.isEmpty()) {
      set("hosts deny", blocked.stream().map(Origin::text).collect(Collectors.joining(" ")));
    }
    protocol(shares);
    names();
  }

  private void logs() {
    set("log file", files.serverLog());
    set("max log size", "1024");
    set(
        "log level",
        "1 auth_json_audit:3@%s full_audit:1@%s".formatted(files.signInLog(), files.accesses()));
  }

  private void protocol(List<ServedShare> shares) {
    boolean old = shares.stream().anyMatch(s -> s.smb().minimum() == SmbRule.Dialect.SMB21);
    set("server min protocol", old ? "SMB2_10" : "SMB3_00");
    set("server smb encrypt", "if_required");
    set("ntlm auth", "ntlmv2-only");
    // Kept for clients that come back after a broken line; needs all locks to be Samba's own.
    set("durable handles", "yes");
    set("kernel oplocks", "no");
    set("kernel share modes", "no");
    set("posix locking", "no");
    // An acknowledged flush is on the disk.
    set("strict sync", "yes");
    // Threads of Samba's pay for large writes alone, which may have to wait for the disk.
    set("aio read size", "0");
    set("aio write size", "65536");
    // It would end the connection, with all that is open, at a block that the disk cannot read.
    set("use sendfile", "no");
    set("deadtime", "0");
  }

  /** Rights come from the share alone; names survive Macs and Windows. */
  private void names() {
    set("unix charset", "UTF-8");
    set("wide links", "no");
    set("allow insecure wide links", "no");
    set("nt acl support", "no");
    set("create mask", "0644");
    set("directory mask", "0755");
    set("fruit:metadata", "stream");
    set("fruit:resource", "file");
    set("fruit:encoding", "native");
    set("fruit:veto_appledouble", "no");
    set("fruit:delete_empty_adfiles", "yes");
    set("fruit:wipe_intentionally_left_blank_rfork", "yes");
    set("fruit:posix_rename", "yes");
    set("fruit:nfs_aces", "no");
  }

  private void share(ServedShare share, List<Person> people) {
    text.append("\n[").append(share.name()).append("]\n");
    set("path", share.ofHomes() ? homes(share) + "/%U" : share.root().toString());
    set("browseable", share.hidden() ? "no" : "yes");
    set("access based share enum", "yes");
    set("force user", SambaPeople.FILES);
    set("force group", SambaPeople.FILES);
    if (share.ofHomes()) {
      ownersAlone();
    }
    if (guests(share)) {
      set("guest ok", "yes");
      // They have not deleted what is there.
      set("veto files : " + SambaPeople.GUEST, "/" + DeletedFiles.DIRECTORY + "/");
    } else {
      set("valid users", join(users(share, people, _ -> true)));
    }
    if (guests(share) && share.guests() == Level.WRITE && !share.readOnly()) {
      set("read only", "no");
    } else {
      set("read only", "yes");
      List<Name> writers = users(share, people, Level.WRITE::equals);
      if (!writers.isEmpty()) {
        set("write list", join(writers));
      }
    }
    if (share.smb().encryption() == SmbRule.Encryption.REQUIRED) {
      set("server smb encrypt", "required");
    }
    modules(share);
  }

  /**
   * A home lets nobody else in anyway, but who opens a file by its number, as NFS does, passes by
   * it. In other shares programs of the machine may read as another user.
   */
  private void ownersAlone() {
    set("create mask", "0600");
    set("directory mask", "0700");
  }

  /**
   * The order matters: each passes on to the next. Not among them is btrfs: a copy made by the
   * server shares its blocks without it.
   */
  private void modules(ServedShare share) {
    boolean bin = share.recycleBinDays().isPresent();
    Path snapshots = snapshots(share);
    boolean previous = snapshots != null;
    set(
        "vfs objects",
        Stream.of(
                share.accessLog() ? "full_audit" : "",
                bin ? "recycle" : "",
                "catia",
                "fruit",
                "streams_xattr",
                previous ? "shadow_copy2" : "")
            .filter(Predicate.not(String::isEmpty))
            .collect(Collectors.joining(" ")));
    if (share.accessLog()) {
      accessLog();
    }
    if (bin) {
      recycleBin();
    }
    if (previous && snapshots != null) {
      // What comes behind the base is sought in the snapshot, too: of homes the account's name.
      previousVersions(share.ofHomes() ? homes(share) : share.root(), snapshots);
    }
    if (share.timeMachine().isPresent()) {
      set("fruit:time machine", "yes");
      long most = share.timeMachine().getAsLong();
      if (most > 0) {
        set("fruit:time machine max size", Long.toString(most));
      }
    }
  }

  private void accessLog() {
    set("full_audit:prefix", files.auditWord() + "|%U|%I|%S");
    set("full_audit:syslog", "false");
    set("full_audit:success", "connect disconnect create_file mkdirat renameat unlinkat");
    set("full_audit:failure", "connect create_file");
  }

  private void recycleBin() {
    set("recycle:repository", DeletedFiles.DIRECTORY);
    set("recycle:keeptree", "yes");
    set("recycle:versions", "yes");
    set("recycle:touch", "yes");
    set("recycle:directory_mode", "0755");
  }

  private void previousVersions(Path base, Path snapshots) {
    set("shadow:snapdir", snapshots);
    set("shadow:basedir", base);
    set("shadow:mountpoint", base);
    set("shadow:format", "@GMT-%Y.%m.%d-%H.%M.%S");
    set("shadow:sort", "desc");
    set("shadow:localtime", "no");
  }

  Path homes(ServedShare share) {
    return files.homes().resolve(share.uid().toString());
  }

  /** Samba shows them to all who open a share, and guests are not to see what was changed. */
  static @Nullable Path snapshots(ServedShare share) {
    return guests(share) ? null : share.snapshots();
  }

  private static boolean guests(ServedShare share) {
    return !share.ofHomes() && share.guests() != Level.NONE;
  }

  /** Who of them has such a level and, where it is one of homes, a home. */
  static List<Name> users(ServedShare share, List<Person> people, Predicate<Level> level) {
    return people.stream()
        .filter(p -> share.level(p) != Level.NONE && level.test(share.level(p)))
        .map(Person::name)
        .filter(name -> !share.ofHomes() || share.homes().containsKey(name))
        .sorted()
        .toList();
  }

  private static String join(List<Name> names) {
    return names.stream().map(Name::value).collect(Collectors.joining(" "));
  }

  private void set(String parameter, Path value) {
    set(parameter, value.toString());
  }

  private void set(String parameter, String value) {
    text.append("  ").append(parameter).append(" = ").append(value).append('\n');
  }
}
