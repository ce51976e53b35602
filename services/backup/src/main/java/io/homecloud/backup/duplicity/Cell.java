package io.homecloud.backup.duplicity;

import java.util.ArrayList;
import java.util.List;

/**
 * A program apart (bubblewrap): mounts that it alone sees, and the first process of a namespace, so
 * that all it has started ends with it.
 */
final class Cell {
  private Cell() {}

  static List<String> command(List<Job.Mount> mounts, List<String> program) {
    List<String> argv = new ArrayList<>(List.of("bwrap", "--dev-bind", "/", "/"));
    for (Job.Mount mount : mounts) {
      argv.add(mount.writable() ? "--bind" : "--ro-bind");
      argv.add(mount.from().toString());
      argv.add(mount.at().toString());
    }
    // Where GnuPG has its sockets: the path of a directory of ours is too long for one.
    argv.addAll(List.of("--tmpfs", "/run/user", "--dir", "/run/user/0"));
    argv.addAll(List.of("--unshare-pid", "--as-pid-1", "--proc", "/proc", "--chdir", "/", "--"));
    argv.addAll(program);
    return argv;
  }
}
