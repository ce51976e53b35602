package io.homecloud.sharing;

import io.homecloud.testkit.LoopDisks;
import io.homecloud.testkit.TestTokens;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
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
    return Map.of(
        "HOMECLOUD_NODE",
        "testnode",
        "HOMECLOUD_DATA",
        mine.directory().toString(),
        "HOMECLOUD_JWKS",
        copy(Path.of(URI.create(TestTokens.jwks()))).toUri().toString(),
        "homecloud.sharing.sign-in-keys",
        copy(Path.of(TestTokens.privateKeys())).toString());
  }

  /** Keys that this application may change, while others go on with those of all tests. */
  private static Path copy(Path keys) {
    try {
      return Files.copy(keys, data().resolve(keys.getFileName()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its settings go before those of the servers. */
  @Override
  public int order() {
    return 1;
  }

  @Override
  public void stop() {
    disks().close();
  }
}
