package io.homecloud.sharing.httpd;

import io.homecloud.host.Host;
import io.homecloud.host.HostCommand;
import io.homecloud.sharing.serving.ServedShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * httpd writes an upload beside its file and renames it when it is whole; one that was killed
 * leaves the beginning there. Shares are searched for those only then, by names alone, in the
 * background.
 */
final class UnfinishedUploads {
  private static final Logger LOG = Logger.getLogger(UnfinishedUploads.class);
  private static final Duration DEADLINE = Duration.ofHours(1);
  private static final String PATTERN = ".davfs.tmp??????";

  private final Host host;
  private final Path before;

  /**
   * @param before file whose time tells since when others may be under way
   */
  UnfinishedUploads(Host host, Path before) {
    this.host = host;
    this.before = before;
  }

  /** What httpd writes from now on is not left behind. */
  void mark() throws IOException {
    OwnDirectory.write(before, "");
    Files.setLastModifiedTime(before, FileTime.from(Instant.now()));
  }

  void remove(List<ServedShare> shares) {
    List<Path> roots = new ArrayList<>();
    for (ServedShare share : shares) {
      if (!share.readOnly()) {
        roots.addAll(share.directories());
      }
    }
    Thread.ofVirtual().name("httpd-unfinished").start(() -> roots.forEach(this::remove));
  }

  private void remove(Path root) {
    List<String> argv = new ArrayList<>(List.of("find", root.toString(), "-xdev"));
    argv.addAll(List.of("-name", PATTERN, "-type", "f", "!", "-newer", before.toString()));
    argv.add("-delete");
    LOG.debugf(
        "Unfinished uploads in %s: %s", root, host.run(new HostCommand(argv, DEADLINE, Map.of())));
  }
}
