package io.homecloud.sharing.link;

import io.homecloud.host.path.RelativePath;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Which files guests have looked at just now. A page and the picture in it are one look, and so are
 * the many requests by which a browser plays a film.
 */
final class Views {
  private static final long ONE_LOOK_NANOS = Duration.ofMinutes(10).toNanos();
  private static final int MOST = 10_000;

  private final Map<Look, Long> seen =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Look, Long> eldest) {
          return size() > MOST;
        }
      };

  private record Look(UUID link, String address, RelativePath path) {}

  /** Whether it is another look than those before. */
  synchronized boolean begins(UUID link, String address, RelativePath path) {
    long now = System.nanoTime();
    Long before = seen.put(new Look(link, address, path), now);
    return before == null || now - before > ONE_LOOK_NANOS;
  }
}
