package io.homecloud.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.junit.platform.launcher.LauncherDiscoveryListener;
import org.junit.platform.launcher.LauncherDiscoveryRequest;

/**
 * Of the JVMs that test a module side by side, one looks for tests at a time. Quarkus makes an
 * application while it looks, and for each (io.quarkus.test.common.TestClassIndexer) writes an
 * index of test classes in place and reads it again, at a path that cannot be set: a JVM that reads
 * what another is writing ends.
 */
public final class OneDiscoversAtATime implements LauncherDiscoveryListener {
  private static final Path LOCK =
      Path.of(System.getProperty("basedir", "."), "target", "discovery.lock");

  private @Nullable FileChannel held;

  @Override
  public void launcherDiscoveryStarted(LauncherDiscoveryRequest request) {
    try {
      Files.createDirectories(LOCK.getParent());
      FileChannel channel =
          FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      held = channel;
      var _ = channel.lock();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void launcherDiscoveryFinished(LauncherDiscoveryRequest request) {
    try {
      if (held != null) {
        held.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
