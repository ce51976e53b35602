package io.homecloud.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Keeps the JVMs that test a module side by side from reading each other's half-written index of
 * test classes. Quarkus (io.quarkus.test.common.TestClassIndexer) writes it in place for each
 * application, at a path that cannot be set, and a JVM that reads half of one ends. Written to and
 * read from nowhere, each makes its own; this lasts until the first application ends, which takes
 * the path away, so it is the start of both at once that is made safe.
 */
public final class NoSharedIndex implements LauncherSessionListener {
  @Override
  public void launcherSessionOpened(LauncherSession session) {
    Path classes = Path.of(System.getProperty("basedir", "."), "target/test-classes");
    if (Files.isDirectory(classes)) {
      try {
        var _ = Files.createSymbolicLink(classes.resolve("test-classes.idx"), Path.of("/dev/null"));
      } catch (FileAlreadyExistsException e) {
        // The other JVM was first.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
