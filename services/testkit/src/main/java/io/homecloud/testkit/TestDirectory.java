package io.homecloud.testkit;

import io.homecloud.host.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Directories for what tests leave on the machine, named by the process that owns them; so what was
 * left behind by one that was killed is known.
 */
final class TestDirectory {
  private static final Set<String> SWEPT = new HashSet<>();

  private TestDirectory() {}

  /**
   * The existing directory of this process for that use.
   *
   * @param remove takes away a directory of a process that no longer lives; called before the first
   *     return for each use
   */
  static synchronized Path ofThisProcess(String use, Consumer<Path> remove) throws IOException {
    Path root = root().resolve(use);
    Files.createDirectories(root);
    Path real = root.toRealPath();
    if (SWEPT.add(use)) {
      sweep(real, remove);
    }
    return Files.createDirectories(real.resolve(ProcessIdentity.self().text()));
  }

  static Path root() {
    String temporary = System.getProperty("java.io.tmpdir");
    return Path.of(System.getProperty("homecloud.test.tmp", temporary)).resolve("homecloud-test");
  }

  private static void sweep(Path root, Consumer<Path> remove) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      leftBehind(root).forEach(remove);
    }
  }

  private static List<Path> leftBehind(Path root) {
    try (Stream<Path> owners = Files.list(root)) {
      return owners
          .filter(p ->
              ProcessIdentity.parse(p.getFileName().toString())
                  .filter(owner -> !owner.lives())
                  .isPresent())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
