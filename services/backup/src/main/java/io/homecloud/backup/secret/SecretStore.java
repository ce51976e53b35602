package io.homecloud.backup.secret;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Named secrets, a file for each that root alone may read, replaced as a whole. Nothing of them
 * goes into the database, events, logs, arguments of programs, or an answer.
 */
public final class SecretStore {
  private static final String SUFFIX = ".json";
  private static final int LARGEST = 1 << 20;

  private final Path directory;
  private final ObjectMapper json;
  private final Set<Name> ofCluster = ConcurrentHashMap.newKeySet();

  /**
   * @param directory for these alone
   */
  public SecretStore(Path directory, ObjectMapper json) {
    this.directory = directory;
    this.json = json;
  }

  /** Sets it; on the disk when this returns, and after a crash the old or the new one. */
  public synchronized void set(Name name, Secret secret) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      WholeFile.secret(file(name)).replace(json.writeValueAsBytes(secret));
    } catch (IOException e) {
      throw new UncheckedIOException("keep a secret", e);
    }
  }

  /** From now on it is known to be a Secret of the cluster, which is where it is changed. */
  void ofCluster(Name name) {
    ofCluster.add(name);
  }

  /**
   * What is set here of a Secret of the cluster would be as there again at the next start.
   *
   * @throws io.homecloud.control.problem.ProblemException FIELD_OWNED when it is one
   */
  void requireOwn(Name name) {
    if (ofCluster.contains(name)) {
      throw CommonProblem.FIELD_OWNED.because(
          "%s is a Secret of the cluster; change it there.".formatted(name));
    }
  }

  private Path file(Name name) {
    return directory.resolve(name.value() + SUFFIX);
  }

  /** Empty when there is none of that name. */
  public Optional<Secret> find(Name name) {
    try {
      Path file = file(name);
      return Files.size(file) > LARGEST
          ? Optional.empty()
          : Optional.of(json.readValue(Files.readAllBytes(file), Secret.class));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonProcessingException e) {
      // Without its text, which may be a part of the secret.
      throw new IllegalStateException("the file of secret " + name + " is damaged");
    } catch (IOException e) {
      throw new UncheckedIOException("read a secret", e);
    }
  }

  /** Removes it; absent is fine. */
  public synchronized void forget(Name name) {
    try {
      Files.deleteIfExists(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException("forget a secret", e);
    }
  }

  /** The names, each with what it has. */
  public Map<String, Set<SecretKey>> names() {
    Map<String, Set<SecretKey>> names = new TreeMap<>();
    if (!Files.isDirectory(directory)) {
      return names;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        String text = file.getFileName().toString();
        String name = text.substring(0, text.length() - SUFFIX.length());
        find(new Name(name))
            .ifPresent(secret -> names.put(name, new TreeSet<>(secret.values().keySet())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("list the secrets", e);
    }
    return names;
  }
}
