package io.homecloud.storage;

import io.homecloud.testkit.LoopDisks;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A data directory with images beside it, for one application under test. */
public final class StorageHouse implements QuarkusTestResourceLifecycleManager {
  private static @Nullable LoopDisks disks;

  /** Disks below the data directory, so that the application takes them for its own. */
  public static LoopDisks disks() {
    return Objects.requireNonNull(disks);
  }

  @Override
  public Map<String, String> start() {
    LoopDisks mine = new LoopDisks();
    disks = mine;
    return Map.of(
        "HOMECLOUD_NODE",
        "testnode",
        "HOMECLOUD_DATA",
        mine.directory().toString(),
        "homecloud.storage.trash-kept-at-least",
        "PT0S",
        // Not by itself in the middle of a test.
        "homecloud.storage.scrub-cron",
        "0 3 29 2 *");
  }

  @Override
  public void stop() {
    disks().close();
  }

  static Path directory(String name) {
    try {
      return Files.createDirectories(disks().directory().resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
