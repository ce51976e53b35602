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
  private final Path directory;

  KnownPools(Path data) {
    this.directory = data.resolve("known-pools");
  }

  boolean contains(PoolId pool) {
    return Files.exists(directory.resolve(pool.toString()));
  }

  void add(PoolId pool) {
    try {
      Files.createDirectories(directory);
      Files.write(directory.resolve(pool.toString()), new byte[0]);
    } catch (IOException e) {
      throw new StorageFailure("note pool " + pool, e);
    }
  }

  void remove(PoolId pool) {
    try {
      Files.deleteIfExists(directory.resolve(pool.toString()));
    } catch (IOException e) {
      throw new StorageFailure("forget pool " + pool, e);
    }
  }
}
