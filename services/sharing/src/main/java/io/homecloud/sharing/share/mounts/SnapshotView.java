package io.homecloud.sharing.share.mounts;

import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.volume.KnownVolumes.KnownSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A directory in which each snapshot of a volume is found by its time. All snapshots of a volume
 * lie in one directory of its pool: that is mounted once, and a link leads into it for each, so
 * that a thousand of them cost a thousand links and one mount.
 */
public final class SnapshotView {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("'@GMT-'uuuu.MM.dd-HH.mm.ss").withZone(ZoneOffset.UTC);

  /** Not a time, so that nobody takes it for a snapshot. */
  private static final String ALL = ".all";

  private static final int PASS_THROUGH = 0711;

  private final ShareMounts mounts;

  public SnapshotView(ShareMounts mounts) {
    this.mounts = mounts;
  }

  /**
   * Brings the directory in line.
   *
   * @param inside the directory that the share shows
   * @return why it could not be, if it could not
   */
  public Optional<String> show(
      Path place, List<KnownSnapshot> snapshots, RelativePath inside, FileOwner owner) {
    try {
      Files.createDirectories(place);
      Map<String, Path> wished = new HashMap<>();
      if (!snapshots.isEmpty()) {
        Path directory = Objects.requireNonNull(Path.of(snapshots.getFirst().path()).getParent());
        Optional<String> problem = mount(place.resolve(ALL), directory, owner);
        if (problem.isPresent()) {
          return problem;
        }
        for (KnownSnapshot snapshot : snapshots) {
          Path shown = Path.of(ALL, Path.of(snapshot.path()).getFileName().toString());
          wished.put(
              TIME.format(snapshot.createdAt()),
              inside.isTop() ? shown : shown.resolve(inside.display()));
        }
      }
      link(place, wished);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("Earlier versions cannot be shown: " + e.getMessage() + ".");
    }
  }

  private Optional<String> mount(Path target, Path directory, FileOwner owner) throws IOException {
    if (!Files.isDirectory(directory)) {
      return Optional.of("The snapshots of the volume are not there now.");
    }
    passThrough(directory);
    return switch (mounts.placeAsIs(target, directory, owner)) {
      case Placed.There _, Placed.Away _ -> Optional.empty();
      case Placed.Not(_, String sentence) -> Optional.of(sentence);
      case Placed.Busy busy -> Optional.of(busy.sentence());
    };
  }

  /**
   * Made for root alone; who serves has to pass through, but need not list. Nobody else gets there:
   * the pool's own directory is root's alone.
   */
  private static void passThrough(Path directory) throws IOException {
    int mode = (Integer) Files.getAttribute(directory, "unix:mode") & 07777;
    if ((mode & 1) == 0) {
      Files.setAttribute(directory, "unix:mode", PASS_THROUGH);
    }
  }

  private static void link(Path place, Map<String, Path> wished) throws IOException {
    Set<String> there = new HashSet<>();
    try (Stream<Path> entries = Files.list(place)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (name.equals(ALL)) {
          continue;
        }
        Path target = wished.get(name);
        if (target != null
            && Files.isSymbolicLink(entry)
            && Files.readSymbolicLink(entry).equals(target)) {
          there.add(name);
        } else {
          Files.delete(entry);
        }
      }
    }
    for (Map.Entry<String, Path> link : wished.entrySet()) {
      if (!there.contains(link.getKey())) {
        Files.createSymbolicLink(place.resolve(link.getKey()), link.getValue());
      }
    }
  }
}
