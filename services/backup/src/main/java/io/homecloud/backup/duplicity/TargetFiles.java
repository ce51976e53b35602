package io.homecloud.backup.duplicity;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What is at a target, by the names of its files. Their form is the one of duplicity's {@code
 * file_naming.py}. A set has its manifest when everything else of it is there: duplicity writes it
 * last.
 *
 * @param names of manifests, signatures and of what homecloud has there
 * @param volumes how many of these each beginning of a name has
 * @param others how many files that belong to neither
 */
record TargetFiles(Set<String> names, Map<String, Integer> volumes, int others) {
  private static final Pattern FULL =
      Pattern.compile("duplicity-full\\.(" + Stamp.FORM + ")\\.manifest(\\.gpg|\\.gz)?");
  private static final Pattern INCREMENT =
      Pattern.compile(
          "duplicity-inc\\.("
              + Stamp.FORM
              + ")\\.to\\.("
              + Stamp.FORM
              + ")\\.manifest(\\.gpg|\\.gz)?");
  private static final Pattern OF_SET =
      Pattern.compile(
          "(duplicity-(?:full|inc|new-signatures|full-signatures)\\.(?:"
              + Stamp.FORM
              + "\\.to\\.)?("
              + Stamp.FORM
              + "))\\..*");

  TargetFiles {
    names = Set.copyOf(names);
    volumes = Map.copyOf(volumes);
  }

  /** All complete sets whose chain is complete up to them, oldest first. */
  List<BackupSet> sets() {
    Map<Instant, Instant> chains = new HashMap<>();
    List<BackupSet> sets = new ArrayList<>();
    for (String name : names) {
      Matcher full = FULL.matcher(name);
      if (full.matches()) {
        String stamp = full.group(1);
        Stamp.parse(stamp)
            .filter(_ -> volumes.containsKey("duplicity-full." + stamp))
            .ifPresent(at -> {
              chains.put(at, at);
              sets.add(
                  new BackupSet(
                      at,
                      at,
                      List.of("duplicity-full." + stamp, "duplicity-full-signatures." + stamp),
                      name));
            });
      }
    }
    record Increment(Instant from, Instant to, String span, String manifest) {}
    List<Increment> increments = new ArrayList<>();
    for (String name : names) {
      Matcher form = INCREMENT.matcher(name);
      if (form.matches()) {
        String span = form.group(1) + ".to." + form.group(2);
        Optional<Instant> from = Stamp.parse(form.group(1));
        Optional<Instant> to = Stamp.parse(form.group(2));
        if (from.isPresent() && to.isPresent() && volumes.containsKey("duplicity-inc." + span)) {
          increments.add(new Increment(from.get(), to.get(), span, name));
        }
      }
    }
    increments.sort(Comparator.comparing(Increment::to));
    for (Increment one : increments) {
      Instant chain = chains.get(one.from());
      if (chain != null) {
        chains.put(one.to(), chain);
        sets.add(
            new BackupSet(
                chain,
                one.to(),
                List.of("duplicity-inc." + one.span(), "duplicity-new-signatures." + one.span()),
                one.manifest()));
      }
    }
    sets.sort(Comparator.comparing(BackupSet::at));
    return sets;
  }

  /** What the names of files begin with, before a dot, with the time of the copy they are of. */
  private Map<String, Instant> parts() {
    Map<String, Instant> parts = new TreeMap<>();
    for (String name : names) {
      Matcher form = OF_SET.matcher(name);
      if (form.matches()) {
        Stamp.parse(form.group(2)).ifPresent(at -> parts.put(form.group(1), at));
      }
    }
    for (String name : volumes.keySet()) {
      Stamp.parse(name.substring(name.lastIndexOf('.') + 1)).ifPresent(at -> parts.put(name, at));
    }
    return parts;
  }

  /** The times of what was begun and is not complete. */
  Set<Instant> unfinished() {
    Map<String, Instant> parts = parts();
    sets().forEach(set -> parts.keySet().removeAll(set.files()));
    return new TreeSet<>(parts.values());
  }

  /** What the names of all files of that time begin with, before a dot. */
  Set<String> partsOf(Instant time) {
    Map<String, Instant> parts = parts();
    parts.values().removeIf(at -> !at.equals(time));
    return parts.keySet();
  }

  /** When the newest complete copy is of, if there is one. */
  Optional<Instant> newest() {
    return sets().stream().map(BackupSet::at).reduce((_, last) -> last);
  }

  /** The same, as if the copy of that time were not complete. */
  TargetFiles withoutManifest(Instant time) {
    Optional<String> manifest = at(time).map(BackupSet::manifest);
    return manifest.isEmpty()
        ? this
        : new TargetFiles(
            names.stream()
                .filter(name -> !name.equals(manifest.get()))
                .collect(Collectors.toUnmodifiableSet()),
            volumes,
            others);
  }

  Optional<BackupSet> at(Instant time) {
    return sets().stream().filter(set -> set.at().equals(time)).findFirst();
  }
}
