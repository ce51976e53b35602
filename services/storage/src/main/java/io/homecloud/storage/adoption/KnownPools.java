package io.homecloud.storage.adoption;

import io.homecloud.storage.StorageFailure;
import io.homecloud.storage.pool.PoolId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The pools that this installation adopted, one empty file each. A file system that homecloud did
 * not make keeps its label and so does not look like a pool: without this nobody would look into it
 * when the database is lost.
 */
final class KnownPools {
  private static final String AWAY = ".away";

  private final Path directory;

  KnownPools(Path data) {
    this.directory = data.resolve("known-pools");
  }

  boolean contains(PoolId pool) {
    return Files.exists(directory.resolve(pool.toString()));
  }

  void add(PoolId pool) {
    note(pool.toString());
    forget(pool + AWAY);
  }

  /** Notes that a pool was given away which could not be written: on itself nothing says so. */
  void giveAway(PoolId pool) {
    note(pool + AWAY);
  }

  /** Whether it was, and nobody has asked for it since. */
  boolean givenAway(PoolId pool) {
    return Files.exists(directory.resolve(pool + AWAY));
  }

  private void note(String file) {
    try {
      Files.createDirectories(directory);
      Files.write(directory.resolve(file), new byte[0]);
    } catch (IOException e) {
      throw new StorageFailure("note pool " + file, e);
    }
  }

  void remove(PoolId pool) {
    forget(pool.toString());
  }

  private void forget(String file) {
    try {
      Files.deleteIfExists(directory.resolve(file));
    } catch (IOException e) {
      throw new StorageFailure("forget pool " + file, e);
    }
  }
}
