package io.homecloud.sharing.share;

import io.homecloud.testkit.LoopDisks;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A data directory with disks in it, for one application under test; arguments are settings of it.
 */
public final class ShareHouse implements QuarkusTestResourceLifecycleManager {
  private static @Nullable LoopDisks disks;

  private Map<String, String> more = Map.of();

  @Override
  public void init(Map<String, String> arguments) {
    more = arguments;
  }

  public static LoopDisks disks() {
    return Objects.requireNonNull(disks);
  }

  @Override
  public Map<String, String> start() {
    LoopDisks mine = new LoopDisks();
    disks = mine;
    Map<String, String> settings = new HashMap<>(more);
    settings.putAll(
        Map.of(
            "HOMECLOUD_NODE",
            "testnode",
            "HOMECLOUD_HOST",
            "cloud.test",
            "HOMECLOUD_DATA",
            mine.directory().toString(),
            "homecloud.storage.trash-kept-at-least",
            "PT0S"));
    return settings;
  }

  @Override
  public void stop() {
    disks().close();
  }
}
