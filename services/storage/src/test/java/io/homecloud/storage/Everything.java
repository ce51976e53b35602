package io.homecloud.storage;

import static io.homecloud.storage.Asking.API;
import static io.homecloud.storage.Asking.asking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All there is: resources by name, what is in the directories of the pools, and mounts below the
 * data directory. Compared before and after what was refused, so that nothing half-made stays.
 */
record Everything(Set<String> resources, Set<String> onDisk, Set<String> mounts) {
  static Everything now() {
    Set<String> resources = new TreeSet<>();
    Set<String> onDisk = new TreeSet<>();
    for (String kind : List.of("pools", "volumes", "snapshots", "snapshot-schedules", "trash")) {
      List<String> names =
          asking().get(API + "/" + kind + "?limit=1000").path("items.metadata.name");
      names.forEach(name -> resources.add(kind + "/" + name));
    }
    List<String> pools = asking().get(API + "/pools?limit=1000").path("items.status.mountPath");
    for (String pool : pools) {
      if (pool != null) {
        onDisk.addAll(tree(Path.of(pool)));
      }
    }
    return new Everything(resources, onDisk, mounted());
  }

  private static Set<String> tree(Path pool) {
    Set<String> found = new TreeSet<>();
    children(pool)
        .forEach(top -> {
          found.add(top.toString());
          children(top)
              .forEach(entry -> {
                found.add(entry.toString());
                if (!top.endsWith("@volumes")) {
                  children(entry).forEach(deeper -> found.add(deeper.toString()));
                }
              });
        });
    return found;
  }

  private static List<Path> children(Path directory) {
    if (!Files.isDirectory(directory, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return new ArrayList<>(entries.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> mounted() {
    String data = StorageHouse.disks().directory().toString();
    try {
      return new TreeSet<>(
          Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
              .map(line -> line.split(" ", 6)[4])
              .filter(place -> place.startsWith(data))
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
