package io.homecloud.sharing.httpd;

import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where httpd finds previous versions: {@code shares/<uid>} or {@code homes/<uid>}, a link to the
 * directory with the snapshots of a share, and {@code times/<uid>/}, an empty directory for each.
 */
record VersionPlaces(Path directory) {
  private static final String SHARES = "shares";
  private static final String HOMES = "homes";
  private static final String TIMES = "times";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("'@GMT-'uuuu.MM.dd-HH.mm.ss");

  /** The place of a share, in {@code places}. */
  static String of(ServedShare share) {
    return (share.ofHomes() ? HOMES : SHARES) + "/" + share.uid();
  }

  /** What is not wished any more goes first. */
  void bring(List<ServedShare> all) throws IOException {
    List<ServedShare> shares = all.stream().filter(share -> share.snapshots() != null).toList();
    Set<Path> wished = new HashSet<>();
    for (ServedShare share : shares) {
      wished.add(directory.resolve(of(share)));
      wished.add(directory.resolve(TIMES).resolve(share.uid().toString()));
    }
    for (String kind : List.of(SHARES, HOMES, TIMES)) {
      for (Path old : entries(Files.createDirectories(directory.resolve(kind)))) {
        if (!wished.contains(old)) {
          if (kind.equals(TIMES)) {
            bringTimes(old, Set.of());
          }
          Files.delete(old);
        }
      }
    }
    for (ServedShare share : shares) {
      Path snapshots = Objects.requireNonNull(share.snapshots());
      link(directory.resolve(of(share)), snapshots);
      Set<String> times = new HashSet<>();
      for (Path entry : entries(snapshots)) {
        if (time(name(entry)).isPresent()) {
          times.add(name(entry));
        }
      }
      bringTimes(
          Files.createDirectories(directory.resolve(TIMES).resolve(share.uid().toString())), times);
    }
  }

  private static void link(Path link, Path target) throws IOException {
    if (Files.exists(link, LinkOption.NOFOLLOW_LINKS)
        && Files.readSymbolicLink(link).equals(target)) {
      return;
    }
    Path next = link.resolveSibling("next");
    Files.deleteIfExists(next);
    Files.createSymbolicLink(next, target);
    Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void bringTimes(Path place, Set<String> wished) throws IOException {
    Set<String> there = new HashSet<>();
    for (Path entry : entries(place)) {
      if (wished.contains(name(entry))) {
        there.add(name(entry));
      } else {
        Files.delete(entry);
      }
    }
    for (String name : wished) {
      if (!there.contains(name)) {
        Path fresh = Files.createDirectory(place.resolve(name));
        Files.setLastModifiedTime(fresh, time(name).orElseThrow());
      }
    }
  }

  private static Optional<FileTime> time(String name) {
    try {
      return Optional.of(FileTime.from(LocalDateTime.parse(name, TIME).toInstant(ZoneOffset.UTC)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  private static String name(Path entry) {
    return Objects.requireNonNull(entry.getFileName()).toString();
  }
}
