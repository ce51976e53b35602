package io.homecloud.sharing.share.mounts;

import io.homecloud.host.path.RelativePath;
import io.homecloud.sharing.volume.KnownVolumes.KnownSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * A directory in which each snapshot of a volume is found by its time. All snapshots of a volume
 * lie in one directory of its pool: that is mounted once, or for homes once for each account, whose
 * files are shown as everywhere in its own mount alone. Links lead into it, so that a thousand
 * snapshots cost a thousand links and no more mounts.
 */
public final class SnapshotView {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("'@GMT-'uuuu.MM.dd-HH.mm.ss").withZone(ZoneOffset.UTC);

  /** Not times, so that nobody takes them for snapshots. */
  private static final String ALL = ".all";

  private static final String OF = ".of";
  private static final int PASS_THROUGH = 0711;

  private final ShareMounts mounts;
  private final Map<Path, Map<String, Linked>> linked = new ConcurrentHashMap<>();
  private final LongAdder steps = new LongAdder();

  public SnapshotView(ShareMounts mounts) {
    this.mounts = mounts;
  }

  /**
   * Why the directory could not be brought in line.
   *
   * @param busy whether because somebody uses what is there
   */
  public record Problem(String sentence, boolean busy) {
    private static Optional<Problem> of(Placed.Busy busy) {
      return Optional.of(new Problem(busy.sentence(), true));
    }

    private static Optional<Problem> of(String sentence) {
      return Optional.of(new Problem(sentence, false));
    }
  }

  /**
   * Brings the directory in line.
   *
   * @param inside the directory that the share shows
   * @return why it could not be, if it could not
   */
  public Optional<Problem> show(
      Path place, List<KnownSnapshot> snapshots, RelativePath inside, FileOwner owner) {
    try {
      if (Files.exists(place.resolve(OF)) && mounts.clear(place) instanceof Placed.Busy busy) {
        return Problem.of(busy);
      }
      Files.createDirectories(place);
      Map<String, Path> wished = new HashMap<>();
      if (!snapshots.isEmpty()) {
        Optional<Problem> problem = mount(place.resolve(ALL), directory(snapshots), owner);
        if (problem.isPresent()) {
          return problem;
        }
        times(snapshots)
            .forEach((time, snapshot) -> wished.put(time, shown(Path.of(ALL), snapshot, inside)));
      }
      link(place, wished);
      return Optional.empty();
    } catch (IOException e) {
      return Problem.of("Earlier versions cannot be shown: " + e.getMessage() + ".");
    }
  }

  /**
   * The same for homes: in the directory of each time a link for each account.
   *
   * @param inside the directory that the homes are in
   * @param owners of the homes, by their names
   */
  public Optional<Problem> showHomes(
      Path place,
      List<KnownSnapshot> snapshots,
      RelativePath inside,
      Map<String, FileOwner> owners) {
    try {
      if (Files.exists(place.resolve(ALL)) && mounts.clear(place) instanceof Placed.Busy busy) {
        return Problem.of(busy);
      }
      Path of = Files.createDirectories(place.resolve(OF));
      Optional<Problem> problem = Optional.empty();
      // By number: whoever gets a name that was another's must not get their files too.
      Map<String, String> shown = new HashMap<>();
      if (!snapshots.isEmpty()) {
        problem = closed(snapshots.getLast(), inside);
        for (Map.Entry<String, FileOwner> home : owners.entrySet()) {
          String number = Integer.toString(home.getValue().uid());
          Optional<Problem> refused =
              mount(of.resolve(number), directory(snapshots), home.getValue());
          if (refused.isEmpty()) {
            shown.put(home.getKey(), number);
          }
          problem = problem.or(() -> refused);
        }
      }
      for (Path other : entries(of)) {
        if (!shown.containsValue(name(other))) {
          var _ = mounts.clear(other); // what is in use goes the next time
        }
      }
      linkTimes(place, snapshots, inside, shown);
      return problem;
    } catch (IOException e) {
      return Problem.of("Earlier versions cannot be shown: " + e.getMessage() + ".");
    }
  }

  /**
   * A link for each account at each time, of which only those are looked at whose directory is
   * otherwise than it was left: a look costs as many steps as there are times.
   */
  private void linkTimes(
      Path place, List<KnownSnapshot> snapshots, RelativePath inside, Map<String, String> homes)
      throws IOException {
    Map<String, KnownSnapshot> times = times(snapshots);
    Map<String, Linked> before = linked.getOrDefault(place, Map.of());
    // The same object, so that it is not compared home by home for each time.
    Map<String, String> shown =
        before.values().stream()
            .limit(1)
            .map(Linked::shown)
            .filter(homes::equals)
            .findFirst()
            .orElse(homes);
    Map<String, Linked> now = new HashMap<>();
    for (Map.Entry<String, KnownSnapshot> time : times.entrySet()) {
      Path directory = place.resolve(time.getKey());
      KnownSnapshot snapshot = time.getValue();
      Linked was = before.get(time.getKey());
      if (was == null || !was.equals(linked(snapshot, inside, shown, directory))) {
        Map<String, Path> links = new HashMap<>();
        shown.forEach((home, number) ->
            links.put(home, shown(Path.of("..", OF, number), snapshot, inside).resolve(home)));
        link(Files.createDirectories(directory), links);
        was = linked(snapshot, inside, shown, directory);
      }
      now.put(time.getKey(), was);
    }
    linked.put(place, now);
    for (Path other : entries(place)) {
      if (!name(other).equals(OF) && !times.containsKey(name(other))) {
        var _ = mounts.clear(other);
      }
    }
  }

  /**
   * What was linked in the directory of a time.
   *
   * @param changed when the directory was changed last, in nanoseconds; -1 when it is not there
   */
  private record Linked(
      String snapshot, RelativePath inside, Map<String, String> shown, long changed) {}

  private Linked linked(
      KnownSnapshot snapshot, RelativePath inside, Map<String, String> shown, Path directory)
      throws IOException {
    steps.increment();
    long changed = -1;
    try {
      FileTime time =
          (FileTime) Files.getAttribute(directory, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
      changed = time.to(TimeUnit.NANOSECONDS);
    } catch (NoSuchFileException e) {
      // It is made.
    }
    return new Linked(snapshot.path(), inside, shown, changed);
  }

  /** How many names were looked at, made or taken away so far: what it costs. */
  long steps() {
    return steps.sum();
  }

  /** What was shown there is not any more. */
  public void forget(Path place) {
    linked.remove(place);
  }

  /**
   * Each by its time, which clients know by the second alone: of several within one the later ones
   * have the next that are free.
   */
  private static Map<String, KnownSnapshot> times(List<KnownSnapshot> snapshots) {
    Map<String, KnownSnapshot> times = new HashMap<>();
    snapshots.stream()
        .sorted(Comparator.comparing(KnownSnapshot::createdAt).thenComparing(KnownSnapshot::uid))
        .forEach(snapshot -> {
          Instant at = snapshot.createdAt();
          while (times.putIfAbsent(TIME.format(at), snapshot) != null) {
            at = at.plusSeconds(1);
          }
        });
    return times;
  }

  private static Path directory(List<KnownSnapshot> snapshots) {
    return Objects.requireNonNull(Path.of(snapshots.getFirst().path()).getParent());
  }

  private static Path shown(Path mounted, KnownSnapshot snapshot, RelativePath inside) {
    Path top = mounted.resolve(Path.of(snapshot.path()).getFileName().toString());
    return inside.isTop() ? top : top.resolve(inside.display());
  }

  private Optional<Problem> mount(Path target, Path directory, FileOwner owner) throws IOException {
    if (!Files.isDirectory(directory)) {
      return Problem.of("The snapshots of the volume are not there now.");
    }
    passThrough(directory);
    return switch (mounts.placeAsIs(target, directory, owner)) {
      case Placed.There _, Placed.Written _, Placed.Away _ -> Optional.empty();
      case Placed.Not(_, String sentence) -> Problem.of(sentence);
      case Placed.Busy busy -> Problem.of(busy);
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

  /** Whom the homes' owners need not be, but have to pass through the directories above. */
  private static Optional<Problem> closed(KnownSnapshot newest, RelativePath inside)
      throws IOException {
    List<Path> all = new ArrayList<>(List.of(Path.of(newest.path())));
    if (!inside.isTop()) {
      Path.of(inside.display()).forEach(part -> all.add(all.getLast().resolve(part)));
    }
    for (Path above : all) {
      if (Files.isDirectory(above, LinkOption.NOFOLLOW_LINKS)
          && ((Integer) Files.getAttribute(above, "unix:mode") & 1) == 0) {
        return Problem.of(
            "Earlier versions of homes can be seen only where everybody may pass through the"
                + " directory that they are in: give the volume a mode such as 0711.");
      }
    }
    return Optional.empty();
  }

  private List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.peek(_ -> steps.increment()).toList();
    }
  }

  private static String name(Path entry) {
    return Objects.requireNonNull(entry.getFileName()).toString();
  }

  private void link(Path place, Map<String, Path> wished) throws IOException {
    Set<String> there = new HashSet<>();
    for (Path entry : entries(place)) {
      String name = name(entry);
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
        steps.increment();
      }
    }
    for (Map.Entry<String, Path> link : wished.entrySet()) {
      if (!there.contains(link.getKey())) {
        Files.createSymbolicLink(place.resolve(link.getKey()), link.getValue());
        steps.increment();
      }
    }
  }
}
