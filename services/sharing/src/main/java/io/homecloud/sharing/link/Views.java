package io.homecloud.sharing.link;

import io.homecloud.host.path.RelativePath;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What guests have asked for just now. A page and the picture in it are one look, and so are the
 * many requests by which a browser plays a film.
 */
final class Views {
  private static final int MOST = 10_000;

  private final long oneLookNanos;
  private final Map<Look, Long> seen =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Look, Long> eldest) {
          return size() > MOST;
        }
      };

  /**
   * @param oneLook requests that come no later than that after each other are one look
   */
  Views(Duration oneLook) {
    this.oneLookNanos = oneLook.toNanos();
  }

  private record Look(UUID link, String address, RelativePath path) {}

  /** Whether it is another look than those before. */
  synchronized boolean begins(UUID link, String address, RelativePath path) {
    long now = System.nanoTime();
    Long before = seen.put(new Look(link, address, path), now);
    return before == null || now - before > oneLookNanos;
  }
}
