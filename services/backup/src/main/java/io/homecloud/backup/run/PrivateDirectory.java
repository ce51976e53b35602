package io.homecloud.backup.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory for root alone: names of files are nobody else's business. */
public final class PrivateDirectory {
  private PrivateDirectory() {}

  /** Does nothing when it is there. */
  public static void make(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }
}
