package io.homecloud.backup;

import io.homecloud.testkit.LoopDisks;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A data directory with disks in it, for the application under test. */
public final class BackupHouse implements QuarkusTestResourceLifecycleManager {
  private static @Nullable LoopDisks disks;

  public static LoopDisks disks() {
    return Objects.requireNonNull(disks);
  }

  /** Where proofs are tried, beside what is not homecloud's. */
  static Path scratch() {
    return disks().directory().resolve("scratch");
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
        "homecloud.backup.duplicity-volume",
        "4",
        "homecloud.backup.scratch",
        scratch().toString());
  }

  @Override
  public void stop() {
    disks().close();
  }
}
