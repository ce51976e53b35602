package io.homecloud.sharing.httpd;

import io.homecloud.control.Name;
import io.homecloud.sharing.serving.Level;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import org.jspecify.annotations.Nullable;

/** Who may do what now. */
record Allowed(Serving serving) {
  /** Whether it is written down who did what there. */
  boolean logged(Name name) {
    return serving.shares().stream().anyMatch(s -> s.accessLog() && s.name().equals(name));
  }

  /**
   * @param account null for guests
   */
  Level level(@Nullable Name name, @Nullable Name account) {
    ServedShare share =
        serving.shares().stream().filter(s -> s.name().equals(name)).findAny().orElse(null);
    if (share == null) {
      return Level.NONE;
    }
    if (account == null) {
      return share.readOnly() && share.guests() == Level.WRITE ? Level.READ : share.guests();
    }
    return serving.people().stream()
        .filter(p -> p.name().equals(account) && p.enabled())
        .map(share::level)
        .findAny()
        .orElse(Level.NONE);
  }
}
