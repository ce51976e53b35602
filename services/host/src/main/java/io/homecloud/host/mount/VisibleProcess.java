package io.homecloud.host.mount;

import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.host.mount.Holder.Use;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One process as proc(5) shows it; it may end while being looked at, then it uses nothing. */
record VisibleProcess(Path entry, int pid, String namespace) {
  static List<VisibleProcess> all(Path proc) {
    List<VisibleProcess> processes = new ArrayList<>();
    for (Path entry : PseudoFiles.entries(proc)) {
      int pid = PseudoFiles.number(entry.getFileName().toString());
      String namespace = PseudoFiles.link(entry.resolve("ns/mnt"));
      if (pid > 0 && !namespace.isEmpty()) {
        processes.add(new VisibleProcess(entry, pid, namespace));
      }
    }
    return processes;
  }

  static String ownNamespace(Path proc) {
    return PseudoFiles.link(proc.resolve("self/ns/mnt"));
  }

  List<Mount> mounts() {
    return MountInfoParser.parse(PseudoFiles.bytes(entry.resolve("mountinfo")));
  }

  Holder holder(Use use, String place) {
    String command = PseudoFiles.text(entry.resolve("comm")).strip();
    return new Holder(pid, command.isEmpty() ? "a process" : command, use, place);
  }

  /** How it uses the mounts with these ids; each way once, with the first place found. */
  List<Holder> uses(List<Mount> mounts, Set<Integer> ids) {
    List<Holder> uses = new ArrayList<>();
    byPath("cwd", mounts, ids).map(at -> holder(Use.WORKING_DIRECTORY, at)).ifPresent(uses::add);
    byPath("root", mounts, ids).map(at -> holder(Use.ROOT_DIRECTORY, at)).ifPresent(uses::add);
    byPath("exe", mounts, ids).map(at -> holder(Use.PROGRAM, at)).ifPresent(uses::add);
    openFile(ids).map(at -> holder(Use.OPEN_FILE, at)).ifPresent(uses::add);
    if (uses.isEmpty()) {
      mapped(mounts, ids).map(at -> holder(Use.MAPPED_FILE, at)).ifPresent(uses::add);
    }
    return uses;
  }

  private Optional<String> byPath(String link, List<Mount> mounts, Set<Integer> ids) {
    return Optional.of(PseudoFiles.link(entry.resolve(link))).filter(at -> liesOn(at, mounts, ids));
  }

  private Optional<String> openFile(Set<Integer> ids) {
    for (Path info : PseudoFiles.entries(entry.resolve("fdinfo"))) {
      boolean there =
          PseudoFiles.text(info)
              .lines()
              .filter(line -> line.startsWith("mnt_id:"))
              .anyMatch(line -> ids.contains(PseudoFiles.number(line.substring(7).strip())));
      if (there) {
        return Optional.of(PseudoFiles.link(entry.resolve("fd").resolve(info.getFileName())));
      }
    }
    return Optional.empty();
  }

  private Optional<String> mapped(List<Mount> mounts, Set<Integer> ids) {
    return PseudoFiles.text(entry.resolve("maps"))
        .lines()
        .filter(line -> line.indexOf('/') > 0)
        .map(line -> line.substring(line.indexOf('/')))
        .filter(place -> liesOn(place, mounts, ids))
        .findFirst();
  }

  private static boolean liesOn(String place, List<Mount> mounts, Set<Integer> ids) {
    return MountInfoParser.nearest(place, mounts).filter(ids::contains).isPresent();
  }
}
