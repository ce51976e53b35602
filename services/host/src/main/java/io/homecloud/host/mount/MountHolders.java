package io.homecloud.host.mount;

import io.homecloud.host.libc.PseudoFiles;
import io.homecloud.host.mount.Holder.Use;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds who keeps mounts busy, in all mount namespaces whose processes are visible here (in a
 * container: with the host's process ids). Processes come and go meanwhile, so an empty answer
 * promises nothing; only umount does.
 */
public final class MountHolders {
  private final Path proc;
  private final Path sysBlock;

  public MountHolders() {
    this(Path.of("/proc"), Path.of("/sys/block"));
  }

  MountHolders(Path proc, Path sysBlock) {
    this.proc = proc;
    this.sysBlock = sysBlock;
  }

  /**
   * The holders of all mounts chosen, at most one for each process and way of use. A mount of
   * another namespace that goes when ours is unmounted, as those of containers on one directory of
   * a node, holds nothing by being there.
   */
  public List<Holder> of(Predicate<Mount> chosen) {
    List<VisibleProcess> processes = VisibleProcess.all(proc);
    Map<String, List<Mount>> mountsOf = new HashMap<>();
    for (VisibleProcess process : processes) {
      mountsOf.computeIfAbsent(process.namespace(), _ -> process.mounts());
    }
    // Ids are unique over all namespaces, and a descriptor may come from another namespace.
    Set<Integer> ids = new HashSet<>();
    mountsOf.values().forEach(all -> all.stream().filter(chosen).forEach(m -> ids.add(m.id())));
    if (ids.isEmpty()) {
      return List.of();
    }
    Set<Holder> found = new LinkedHashSet<>();
    Set<String> explained = new HashSet<>();
    String here = VisibleProcess.ownNamespace(proc);
    explained.add(here);
    for (VisibleProcess process : processes) {
      if (found.addAll(process.uses(mountsOf.getOrDefault(process.namespace(), List.of()), ids))) {
        explained.add(process.namespace());
      }
    }
    List<Mount> table = mountsOf.getOrDefault(here, List.of());
    List<Mount> grounds =
        table.stream().filter(chosen).flatMap(mount -> ground(mount, table)).toList();
    for (VisibleProcess process : processes) {
      if (explained.add(process.namespace())) {
        List<Mount> there = mountsOf.getOrDefault(process.namespace(), List.of());
        there.stream()
            .filter(chosen)
            .filter(mount ->
                ground(mount, there)
                    .noneMatch(ground -> grounds.stream().anyMatch(ground::follows)))
            .findFirst()
            .map(mount -> process.holder(Use.MOUNTED_ELSEWHERE, mount.mountPoint()))
            .ifPresent(found::add);
      }
    }
    found.addAll(loops(table, ids));
    return List.copyOf(found);
  }

  /** What a mount stands on. */
  private static Stream<Mount> ground(Mount mount, List<Mount> table) {
    return table.stream().filter(other -> other.id() == mount.parent());
  }

  private List<Holder> loops(List<Mount> mounts, Set<Integer> ids) {
    List<Holder> holders = new ArrayList<>();
    for (Path block : PseudoFiles.entries(sysBlock)) {
      String image = PseudoFiles.text(block.resolve("loop/backing_file")).strip();
      if (!image.isEmpty()
          && MountInfoParser.nearest(image, mounts).filter(ids::contains).isPresent()) {
        holders.add(new Holder(0, block.getFileName().toString(), Use.LOOP_IMAGE, image));
      }
    }
    return holders;
  }
}
