package io.homecloud.sharing.share;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.host.WholeFile;
import io.homecloud.sharing.serving.Access;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Who did what, for root alone: of each share that is to have an access log a file, of which one
 * earlier is kept, with one line of JSON for each access. What is too old is deleted, and all of a
 * share for which it is switched off.
 */
final class AccessLogs {
  static final long LARGEST = 1 << 20;
  static final Duration OLDEST = Duration.ofDays(30);

  private static final Logger LOG = Logger.getLogger(AccessLogs.class);
  private static final String SUFFIX = ".log";
  private static final String EARLIER = ".log.1";

  private final Path directory;
  private final ObjectMapper json;
  private final PlausibleClock clock;
  private final Map<UUID, Long> last = new HashMap<>();
  private Optional<Set<UUID>> kept = Optional.empty();
  private Set<UUID> deleted = Set.of();

  /**
   * @param directory its own
   * @param clock one that is wrong lets nothing become old
   */
  AccessLogs(Path directory, ObjectMapper json, PlausibleClock clock) {
    this.directory = directory;
    this.json = json;
    this.clock = clock;
  }

  /**
   * From now on of those shares. What there is of others becomes old: after a lost database they
   * come back.
   *
   * @param unwished of which nothing is kept
   */
  synchronized void keep(Set<UUID> shares, Set<UUID> unwished) {
    if (kept.filter(shares::equals).isPresent() && deleted.equals(unwished)) {
      return;
    }
    try {
      for (Path file : files()) {
        if (unwished.contains(share(file))) {
          Files.delete(file);
        }
      }
      last.keySet().retainAll(shares);
      kept = Optional.of(Set.copyOf(shares));
      deleted = Set.copyOf(unwished);
    } catch (IOException e) {
      LOG.warn("Access logs that are not wished any more are deleted later", e);
    }
  }

  /** Does nothing when it was switched off meanwhile. */
  synchronized void add(UUID share, Access access) {
    if (kept.filter(shares -> shares.contains(share)).isEmpty()) {
      return;
    }
    try {
      // A line that a killed process did not finish spoils no other.
      String begin = last.containsKey(share) ? "" : "\n";
      long number = lastNumber(share) + 1;
      String line = json.writeValueAsString(new NotedAccess(number, access));
      append(file(share, SUFFIX), begin + line + "\n");
      last.put(share, number);
    } catch (IOException e) {
      LOG.warnf("An access to share %s is not written down: %s", access.share(), e.getMessage());
    }
  }

  private long lastNumber(UUID share) throws IOException {
    Long known = last.get(share);
    return known == null
        ? lines(share).reduce((_, b) -> b).map(NotedAccess::number).orElse(0L)
        : known;
  }

  private void append(Path file, String text) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    byte[] line = text.getBytes(StandardCharsets.UTF_8);
    if (Files.exists(file) && Files.size(file) + line.length > LARGEST) {
      Path earlier = file.resolveSibling(file.getFileName() + ".1");
      Files.move(file, earlier, StandardCopyOption.ATOMIC_MOVE);
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(java.nio.ByteBuffer.wrap(line));
    }
  }

  /** Accesses of a share, the latest first. */
  synchronized List<NotedAccess> latest(UUID share, long before, int limit) {
    try {
      Instant oldest = clock.instant().minus(OLDEST);
      List<NotedAccess> found =
          new ArrayList<>(
              lines(share)
                  .filter(line -> line.number() < before && !line.access().at().isBefore(oldest))
                  .toList());
      Collections.reverse(found);
      return found.subList(0, Math.min(limit, found.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("read an access log", e);
    }
  }

  /** Deletes for good what is too old; to be called once a day. */
  synchronized void sweep() {
    if (!clock.plausible()) {
      return;
    }
    Instant oldest = clock.instant().minus(OLDEST);
    try {
      for (Path file : files()) {
        StringBuilder rest = new StringBuilder();
        for (NotedAccess line : lines(file).toList()) {
          if (!line.access().at().isBefore(oldest)) {
            rest.append(json.writeValueAsString(line)).append('\n');
          }
        }
        lastNumber(share(file));
        if (rest.isEmpty()) {
          Files.delete(file);
        } else {
          WholeFile.secret(file).write(rest.toString());
        }
      }
    } catch (IOException e) {
      LOG.warn("Access logs are looked at tomorrow", e);
    }
  }

  private Stream<NotedAccess> lines(UUID share) throws IOException {
    return Stream.concat(lines(file(share, EARLIER)), lines(file(share, SUFFIX)));
  }

  /** Without those that a killed process did not finish. */
  private Stream<NotedAccess> lines(Path file) throws IOException {
    List<String> texts;
    try {
      texts = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return Stream.empty();
    }
    List<NotedAccess> lines = new ArrayList<>();
    for (String text : texts) {
      try {
        lines.add(json.readValue(text.getBytes(StandardCharsets.ISO_8859_1), NotedAccess.class));
      } catch (JsonProcessingException e) {
        LOG.debugf("%s has a line that is none", file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return lines.stream();
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  private Path file(UUID share, String suffix) {
    return directory.resolve(share + suffix);
  }

  private static UUID share(Path file) {
    String name = file.getFileName().toString();
    return UUID.fromString(name.substring(0, name.indexOf('.')));
  }
}
