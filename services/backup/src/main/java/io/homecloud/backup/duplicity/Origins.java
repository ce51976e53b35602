package io.homecloud.backup.duplicity;

import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.run.RunOrders;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.tree.MarkFiles;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.backup.tree.RunMark.Origin;
import io.homecloud.control.Name;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Who made which copy. It is in what duplicity calls the local directory, and keeps encrypted in
 * each manifest: {@code …/homecloud-source/<installation>/<plan>}. Of a copy that was made by hand
 * there is only what duplicity knows.
 */
final class Origins {
  /** Whose copies are that no homecloud has made. */
  static final UUID BY_HAND = new UUID(0, 0);

  /** What stands for a volume in these. */
  static final Name FILES = new Name("files");

  private static final Pattern SOURCE =
      Pattern.compile(".*/homecloud-source/([0-9a-f-]{36})/([a-z0-9-]{1,63})/?");

  private final Target target;
  private final MarkFiles marks;
  private final UUID identity;
  private final Name repository;

  Origins(Target target, MarkFiles marks, UUID identity, Name repository) {
    this.target = target;
    this.marks = marks;
    this.identity = identity;
    this.repository = repository;
  }

  private Path file(Instant at) {
    return target.room().mark(at);
  }

  /** What is known here of the copy of that time, complete or not. */
  Optional<RunMark> known(Instant at) throws IOException {
    return marks.read(file(at), RunMark.class);
  }

  void know(Instant at, RunMark mark) throws IOException {
    PrivateDirectory.make(target.room().marks());
    marks.write(file(at), mark);
  }

  /** All of these; what is not known is asked of the target, and known from then on. */
  Map<Instant, RunMark> of(List<BackupSet> sets) throws IOException {
    Map<Instant, RunMark> all = new HashMap<>();
    List<BackupSet> unknown = new ArrayList<>();
    for (BackupSet set : sets) {
      Optional<RunMark> mark = known(set.at());
      if (mark.isPresent()) {
        all.put(set.at(), mark.get());
      } else {
        unknown.add(set);
      }
    }
    Map<Instant, List<String>> manifests = target.manifests(unknown);
    Map<String, List<Name>> volumes = new HashMap<>();
    for (BackupSet set : unknown.reversed()) {
      RunMark mark = told(set, manifests.getOrDefault(set.at(), List.of()), volumes);
      know(set.at(), mark);
      all.put(set.at(), mark);
    }
    forgetOthers(sets);
    return all;
  }

  private RunMark told(BackupSet set, List<String> manifest, Map<String, List<Name>> volumes)
      throws IOException {
    Matcher source = SOURCE.matcher(field(manifest, "Localdir"));
    Optional<UUID> installation = source.matches() ? uuid(source.group(1)) : Optional.empty();
    Name plan = installation.isPresent() ? new Name(source.group(2)) : repository;
    List<Name> of = List.of(FILES);
    if (installation.isPresent()) {
      // One look for each chain: a plan seldom has other volumes than the day before.
      String key = Stamp.of(set.chain()) + plan;
      of = volumes.containsKey(key) ? volumes.get(key) : volumes(set);
      volumes.put(key, of);
    }
    return new RunMark(
        RunMark.FORMAT,
        UUID.nameUUIDFromBytes(
            (identity + " " + Stamp.of(set.at())).getBytes(StandardCharsets.UTF_8)),
        RunOrders.name(plan, set.at()),
        plan,
        installation.orElse(BY_HAND),
        field(manifest, "Hostname"),
        set.at(),
        set.at(),
        of.stream().map(name -> new Origin(name, null, "", null, null)).toList(),
        Contents.NONE);
  }

  private List<Name> volumes(BackupSet set) throws IOException {
    List<Name> names = new ArrayList<>();
    for (var entry :
        new Index(target).of(set).list(EncodedPath.parse(""), Optional.empty(), 1000)) {
      try {
        names.add(new Name(entry.name().toString()));
      } catch (RuntimeException e) {
        // No volume is called so.
      }
    }
    return names.isEmpty() ? List.of(FILES) : names;
  }

  private static String field(List<String> manifest, String name) {
    return manifest.stream()
        .filter(line -> line.startsWith(name + " "))
        .map(line -> unquoted(line.substring(name.length() + 1).strip()))
        .findFirst()
        .orElse("");
  }

  private static String unquoted(String text) {
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }

  private static Optional<UUID> uuid(String text) {
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void forgetOthers(List<BackupSet> sets) throws IOException {
    Set<String> there =
        sets.stream().map(set -> Stamp.of(set.at()) + ".json").collect(Collectors.toSet());
    Instant newest = sets.isEmpty() ? Instant.MIN : sets.getLast().at();
    if (!Files.isDirectory(target.room().marks())) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(target.room().marks(), "*.json")) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        boolean past =
            Stamp.parse(name.substring(0, name.length() - 5))
                .filter(at -> !at.isAfter(newest))
                .isPresent();
        // What is newer is being made.
        if (past && !there.contains(name)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
