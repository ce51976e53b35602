package io.homecloud.control;

import io.homecloud.host.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Which installation of homecloud this is; a pool remembers the one that it belongs to. */
public record InstallationId(UUID value) {
  private static final String FILE = "installation-id";

  /**
   * Reads the id from the directory that holds the installation's state, or makes one there.
   *
   * @throws IllegalStateException when it cannot, or when what is there is no id: guessing another
   *     one would make all pools foreign
   */
  public static InstallationId of(Path data) {
    Path file = data.resolve(FILE);
    try {
      return parse(file, Files.readString(file));
    } catch (NoSuchFileException e) {
      return make(file);
    } catch (IOException e) {
      throw new IllegalStateException("read " + file, e);
    }
  }

  /**
   * @param given goes before what the directory says, for installations whose directories come and
   *     go
   */
  public static InstallationId of(Path data, Optional<UUID> given) {
    return given.map(InstallationId::new).orElseGet(() -> of(data));
  }

  private static InstallationId parse(Path file, String text) {
    try {
      return new InstallationId(UUID.fromString(text.strip()));
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          file + " holds no installation id; remove it to begin a new installation", e);
    }
  }

  private static InstallationId make(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return parse(file, WholeFile.open(file).first(() -> UUID.randomUUID() + "\n"));
    } catch (IOException e) {
      throw new IllegalStateException("make " + file, e);
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
