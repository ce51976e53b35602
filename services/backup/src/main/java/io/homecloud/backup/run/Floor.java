package io.homecloud.backup.run;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * How much is to stay free on the disk that is restored to. Of what an engine tells no sizes of
 * nobody knows beforehand whether it fits: it is watched while it comes.
 */
public final class Floor {
  private final BooleanSupplier below;

  private Floor(BooleanSupplier below) {
    this.below = below;
  }

  /** Of what is free at the directory now, so much may be used. */
  public static Floor of(Path directory, long room) throws IOException {
    FileStore disk = Files.getFileStore(directory);
    long least = disk.getUsableSpace() - room;
    return new Floor(() -> {
      try {
        return disk.getUsableSpace() < least;
      } catch (IOException e) {
        return true;
      }
    });
  }

  /** From now on, until it is closed, this thread is interrupted when it is reached. */
  public Interrupting watch() {
    return new Interrupting("room-watch", below);
  }
}
