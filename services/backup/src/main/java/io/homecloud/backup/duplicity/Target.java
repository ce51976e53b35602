package io.homecloud.backup.duplicity;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.repository.Encryption;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.secret.SecretKey;
import io.homecloud.host.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The place that copies go to, asked with duplicity's own access to it. What was seen there last is
 * remembered, so that not every question is a journey.
 */
final class Target {
  private final Duplicity duplicity;
  private final Room room;
  private volatile Access access;
  private volatile Optional<TargetFiles> seen = Optional.empty();
  private volatile long seenAt;
  private volatile boolean doubted;
  private volatile Supplier<String> disk = () -> "";
  private volatile String session = "";
  private volatile int readWith;
  private final Map<String, String> texts = new ConcurrentHashMap<>();

  Target(Duplicity duplicity, Room room, Access access) {
    this.duplicity = duplicity;
    this.room = room;
    this.access = access;
  }

  Access access() {
    return access;
  }

  /** The secrets may have changed. */
  void access(Access now) {
    access = now;
  }

  Room room() {
    return room;
  }

  /**
   * What was seen of it before its disk came may be otherwise now.
   *
   * @param disk another text each time that the disk comes that it is on
   */
  void on(Supplier<String> disk) {
    this.disk = disk;
    var _ = session();
  }

  private String session() {
    String now = disk.get();
    if (!now.equals(session)) {
      session = now;
      doubt();
    }
    return now;
  }

  Duplicity duplicity() {
    return duplicity;
  }

  /**
   * Notes that a copy is begun. What was written to a disk before the machine lost its power, or
   * the drive was pulled out, may be half on it, also when its manifest is there.
   */
  void begin(Instant at) throws IOException {
    if (access.url().directory().isPresent()) {
      PrivateDirectory.make(room.own());
      Files.writeString(room.begun(), Stamp.of(at) + "\n" + thisSession());
    }
  }

  /** Its disk did not take something of what was begun: all of that is made anew. */
  void lost(Instant at) throws IOException {
    Files.writeString(room.begun(), Stamp.of(at) + "\nlost");
    seen = Optional.empty();
  }

  /** What was begun is on the disk. */
  void proven() throws IOException {
    Files.deleteIfExists(room.begun());
  }

  private String thisSession() {
    return ProcessIdentity.thisBoot() + session();
  }

  /** Whether that copy was begun, and is not known to be on the disk. */
  boolean isBegun(Instant at) throws IOException {
    return access.url().directory().isPresent()
        && Files.exists(room.begun())
        && Files.readString(room.begun()).startsWith(Stamp.of(at) + "\n");
  }

  /** The copy that was begun before the disk went and came, or that the disk lost a part of. */
  Optional<Instant> unproven() throws IOException {
    if (access.url().directory().isEmpty() || !Files.exists(room.begun())) {
      return Optional.empty();
    }
    String[] begun = Files.readString(room.begun()).split("\n", 2);
    return begun.length == 2 && begun[1].equals(thisSession())
        ? Optional.empty()
        : Stamp.parse(begun[0]);
  }

  /** What is there, once what nobody can trust is deleted. */
  TargetFiles withoutUnproven() throws IOException {
    Optional<Instant> unproven = unproven();
    if (unproven.isEmpty()) {
      return seen();
    }
    Set<String> parts = look().partsOf(unproven.get());
    if (!parts.isEmpty()) {
      delete(List.of(), parts);
    }
    room.forget(unproven.get());
    proven();
    return look();
  }

  /**
   * Reads the newest of the copies that are there, unless some were read since nobody doubts that
   * they can be, or only another than us has the key for that.
   *
   * @throws EngineTrouble KeyWrong when it is not the key that they were made with
   */
  void proveKey(TargetFiles there) throws IOException {
    Access now = access;
    int key = now.key().values().hashCode();
    boolean canRead =
        now.mode() == Encryption.Mode.symmetric
            || now.key().value(SecretKey.privateKey).isPresent();
    List<BackupSet> sets = there.sets();
    if (canRead && key != readWith && !sets.isEmpty()) {
      var _ = manifests(List.of(sets.getLast()));
      readWith = key;
    }
  }

  /** What is there now. */
  TargetFiles look() throws IOException {
    texts.clear();
    JsonNode listed = ask(List.of(Map.of("op", "list"))).getFirst();
    return remember(listed);
  }

  private TargetFiles remember(JsonNode listed) throws IOException {
    Set<String> names = new TreeSet<>();
    listed.path("names").forEach(name -> names.add(name.asText()));
    Map<String, Integer> volumes = new TreeMap<>();
    listed
        .path("volumes")
        .properties()
        .forEach(one -> volumes.put(one.getKey(), one.getValue().asInt()));
    TargetFiles all = new TargetFiles(names, volumes, listed.path("others").asInt());
    TargetFiles files = unproven().map(all::withoutManifest).orElse(all);
    seen = Optional.of(files);
    seenAt = System.nanoTime();
    doubted = false;
    return files;
  }

  /** What was there when it was looked at last; looks when nobody has. */
  TargetFiles seen() throws IOException {
    Optional<TargetFiles> last = seen;
    return last.isPresent() ? last.get() : look();
  }

  /** What was seen is as old as can be. */
  void doubt() {
    doubted = true;
    readWith = 0;
  }

  /** How long ago that was, in nanoseconds; far more than a day when it never was. */
  long age() {
    return seen.isPresent() && !doubted ? System.nanoTime() - seenAt : Long.MAX_VALUE;
  }

  /** A small file of ours. */
  Optional<String> read(String name) throws IOException {
    return seen().names().contains(name)
        ? Optional.of(
            ask(List.of(Map.of("op", "get", "name", name))).getFirst().path("text").asText())
        : Optional.empty();
  }

  /** As {@link #read}, but what was read since the last look is not read again. */
  Optional<String> remembered(String name) throws IOException {
    String text = texts.get(name);
    if (text != null) {
      return Optional.of(text);
    }
    Optional<String> now = read(name);
    now.ifPresent(one -> texts.put(name, one));
    return now;
  }

  void remember(String name, String text) {
    texts.put(name, text);
  }

  /** Writes a small file of ours; what is there afterwards. */
  TargetFiles write(String name, String text) throws IOException {
    return remember(
        ask(List.of(Map.of("op", "put", "name", name, "text", text), Map.of("op", "list"))).get(1));
  }

  /** Deletes files of ours, and everything of these sets. */
  void delete(Collection<String> names, Collection<String> sets) throws IOException {
    List<JsonNode> said =
        ask(
            List.of(
                Map.of("op", "delete", "names", List.copyOf(names), "sets", List.copyOf(sets)),
                Map.of("op", "list")));
    var _ = remember(said.get(1));
    if (!said.getFirst().path("left").isEmpty()) {
      throw new EngineTrouble(
          io.homecloud.backup.Trouble.CopyFailed, "The target keeps what it was told to delete.");
    }
  }

  /** The beginning of manifests, as lines, which only who has the key can read. */
  Map<Instant, List<String>> manifests(List<BackupSet> sets) throws IOException {
    Map<Instant, List<String>> lines = new TreeMap<>();
    if (sets.isEmpty()) {
      return lines;
    }
    List<JsonNode> said =
        ask(
            sets.stream()
                .map(set -> Map.<String, Object>of("op", "manifest", "name", set.manifest()))
                .toList());
    for (int i = 0; i < sets.size(); i++) {
      List<String> text = new java.util.ArrayList<>();
      said.get(i).path("manifest").forEach(line -> text.add(line.asText()));
      lines.put(sets.get(i).at(), text);
    }
    return lines;
  }

  private List<JsonNode> ask(List<Map<String, Object>> operations) throws IOException {
    return switch (duplicity.run(access, room, Job.atTarget(operations), _ -> {})) {
      case Answer.Done(List<JsonNode> said) -> said;
      case Answer.Not(var trouble, String sentence) -> throw new EngineTrouble(trouble, sentence);
    };
  }
}
