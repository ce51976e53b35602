package io.homecloud.sharing;

import io.homecloud.testkit.LoopDisks;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A data directory for one application under test. */
public final class SharingHouse implements QuarkusTestResourceLifecycleManager {
  private static @Nullable LoopDisks disks;

  public static LoopDisks disks() {
    return Objects.requireNonNull(disks);
  }

  static Path data() {
    return disks().directory();
  }

  @Override
  public Map<String, String> start() {
    LoopDisks mine = new LoopDisks();
    disks = mine;
    return Map.of("HOMECLOUD_NODE", "testnode", "HOMECLOUD_DATA", mine.directory().toString());
  }

  @Override
  public void stop() {
    disks().close();
  }
}
