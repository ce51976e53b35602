package io.homecloud.storage;

import static io.homecloud.storage.StorageCalls.uid;
import static io.homecloud.storage.StorageCalls.volume;

import io.homecloud.storage.pool.MountedPool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** Tests that begin with an empty volume each. */
abstract class OneVolume {
  private static int volumes;

  @Inject StorageControl control;

  /** Of the volume. */
  String name = "";

  /** Where it is mounted. */
  Path volume = Path.of("/");

  @BeforeEach
  void makeVolume() {
    StorageCalls.pool("home", 2L << 30);
    name = "v" + ++volumes;
    volume = volume("home", name, "");
  }

  MountedPool pool() {
    return control.pools().require(uid("/pools/home"));
  }

  /** The names in its top directory. */
  List<Path> top() throws IOException {
    try (var names = Files.list(volume)) {
      return names.map(Path::getFileName).sorted().toList();
    }
  }
}
