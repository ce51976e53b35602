package io.homecloud.sharing.samba;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The files of one Samba: everything that it reads and writes besides the shares.
 *
 * @param directory what stays
 * @param runtime what is worth nothing after its end: in memory, and with a short path, since that
 *     of a socket is no longer than 107 bytes (unix(7))
 * @param auditWord what each line about an access begins with. Samba writes names of files as they
 *     are, line breaks too: who does not know the word cannot write a line that is taken for one
 */
record SambaFiles(Path directory, Path runtime, String auditWord) {
  /** In the runtime directory, a link to whose it is. */
  private static final String OWNER = "of";

  private static final String NAME = "homecloud";

  private static final Set<PosixFilePermission> ROOTS_ALONE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> ENTERED =
      PosixFilePermissions.fromString("rwxr-xr-x");

  /** With a word that nobody can guess. */
  static SambaFiles of(Path directory, Path runtime) {
    return new SambaFiles(directory, runtime, UUID.randomUUID().toString());
  }

  Path configuration() {
    return directory.resolve("smb.conf");
  }

  /** Users and groups as smbd sees them instead of the machine's (nss_wrapper(1)). */
  Path users() {
    return directory.resolve("passwd");
  }

  Path groups() {
    return directory.resolve("group");
  }

  /** Where it finds its own name: it asks for that at each connection. */
  Path hosts() {
    return directory.resolve("hosts");
  }

  Path passwords() {
    return secrets().resolve("smbpasswd");
  }

  Path secrets() {
    return directory.resolve("private");
  }

  Path lock() {
    return runtime.resolve("lock");
  }

  /** A file for each process of this Samba, named by its number: there while it lives. */
  Path processes() {
    return lock().resolve("msg.lock");
  }

  Path pids() {
    return runtime.resolve("pid");
  }

  Path sockets() {
    return runtime.resolve("ncalrpc");
  }

  Path state() {
    return directory.resolve("state");
  }

  Path cache() {
    return runtime.resolve("cache");
  }

  Path log() {
    return directory.resolve("log");
  }

  Path serverLog() {
    return log().resolve("smbd.log");
  }

  /** A directory of its own, so that a line in it, and nothing else, wakes who watches. */
  Path signIns() {
    return runtime.resolve("sign-ins");
  }

  Path signInLog() {
    return signIns().resolve("sign-ins.log");
  }

  /** A pipe: what is in it we keep. */
  Path accesses() {
    return runtime.resolve("accesses");
  }

  /** Below it, for each share of homes, a link to each account's own directory. */
  Path homes() {
    return directory.resolve("homes");
  }

  List<Path> directories() {
    return List.of(
        secrets(),
        state(),
        cache(),
        lock(),
        processes(),
        pids(),
        sockets(),
        log(),
        signIns(),
        homes());
  }

  void create() throws IOException {
    sweep();
    Set<Path> roots = Set.of(secrets(), log(), signIns());
    for (Path each : directories()) {
      Files.createDirectories(each);
      // smbd refuses directories that others may write.
      Files.setPosixFilePermissions(each, roots.contains(each) ? ROOTS_ALONE : ENTERED);
    }
    boolean _ = open(hosts()).write("127.0.0.1 localhost\n127.0.1.1 " + NAME + "\n");
    Files.setPosixFilePermissions(directory, ENTERED);
    Files.setPosixFilePermissions(runtime, ENTERED);
    if (!Files.isSymbolicLink(runtime.resolve(OWNER))) {
      Files.createSymbolicLink(runtime.resolve(OWNER), directory);
    }
  }

  /** Takes away what others left in memory whose directory is no more. */
  private void sweep() throws IOException {
    Files.createDirectories(runtime.getParent());
    try (DirectoryStream<Path> all = Files.newDirectoryStream(runtime.getParent(), "smb-*")) {
      for (Path other : all) {
        Path owner = other.resolve(OWNER);
        if (Files.isSymbolicLink(owner) && Files.notExists(owner)) {
          delete(other);
        }
      }
    }
  }

  /** Takes away what is worth nothing now that nothing runs. */
  void forget() throws IOException {
    if (Files.exists(runtime)) {
      delete(runtime);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        // Samba's tools take away their own sockets meanwhile.
        Files.deleteIfExists(each);
      }
    }
  }

  /** What each program of this Samba has in its environment. */
  Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", "libnss_wrapper.so",
        "NSS_WRAPPER_PASSWD", users().toString(),
        "NSS_WRAPPER_GROUP", groups().toString(),
        // Else clients wait for as long as the resolver of the house is away.
        "NSS_WRAPPER_HOSTS", hosts().toString(),
        "NSS_WRAPPER_HOSTNAME", NAME,
        // Not the winbind of another Samba of this machine.
        "WINBINDD_SOCKET_DIR", directory.resolve("no-winbind").toString());
  }

  /** Root's alone. All that Samba reads is written anew at its start, so none has to be kept. */
  static WholeFile secret(Path file) {
    return WholeFile.secret(file).with(WholeFile.Durability.NONE);
  }

  /** To be read by everybody. */
  static WholeFile open(Path file) {
    return WholeFile.open(file).with(WholeFile.Durability.NONE);
  }
}
