package io.homecloud.backup.duplicity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program apart (bubblewrap): it sees the system's programs and settings, what it is given, and
 * no disk or anything else; it is root to files alone; and it is the first process of a namespace,
 * so that all it has started ends with it.
 *
 * <p>Not with the whole tree: a copy of every mount of this node would keep each volume and drive
 * busy for as long as a run lasts, and it may last for days.
 */
final class Cell {
  private static final List<Path> SYSTEM =
      List.of(
          Path.of("/usr"),
          Path.of("/etc"),
          Path.of("/opt"),
          Path.of("/bin"),
          Path.of("/sbin"),
          Path.of("/lib"),
          Path.of("/lib32"),
          Path.of("/lib64"));

  /** To read what is anybody's, and to bring it back as it was; nothing that leads out. */
  private static final List<String> CAPABILITIES =
      List.of("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_MKNOD");

  private Cell() {}

  /**
   * @param mounts what it is given, the outer ones first
   */
  static List<String> command(List<Job.Mount> mounts, List<String> program) throws IOException {
    List<String> argv = new ArrayList<>(List.of("bwrap", "--dev", "/dev"));
    for (Path path : SYSTEM) {
      if (Files.isSymbolicLink(path)) {
        argv.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), path.toString()));
      } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        bind(argv, new Job.Mount(path, path, false));
      }
    }
    // A resolver of this node keeps it elsewhere, and /etc has a link.
    Path resolver = Path.of("/etc/resolv.conf");
    if (Files.isSymbolicLink(resolver) && Files.exists(resolver)) {
      Path real = resolver.toRealPath();
      bind(argv, new Job.Mount(real, real, false));
    }
    for (String scratch : List.of("/tmp", "/var/tmp")) {
      argv.addAll(List.of("--tmpfs", scratch));
    }
    // Where GnuPG has its sockets: the path of a directory of ours is too long for one.
    argv.addAll(List.of("--dir", "/run/user/0"));
    mounts.forEach(mount -> bind(argv, mount));
    argv.addAll(List.of("--unshare-pid", "--as-pid-1", "--chdir", "/"));
    // What the kernel takes from root there (core_pattern) is for the whole node.
    argv.addAll(List.of("--proc", "/proc", "--remount-ro", "/proc", "--cap-drop", "ALL"));
    CAPABILITIES.forEach(capability -> argv.addAll(List.of("--cap-add", capability)));
    argv.add("--");
    argv.addAll(program);
    return argv;
  }

  private static void bind(List<String> argv, Job.Mount mount) {
    argv.add(mount.writable() ? "--bind" : "--ro-bind");
    argv.add(mount.from().toString());
    argv.add(mount.at().toString());
  }
}
