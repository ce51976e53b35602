package io.homecloud.sharing.link;

import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a guest ticked in a list: a form may have more fields than a server usually takes.
 *
 * @param in the directory that was listed; empty when that is no path
 * @param paths of those that were ticked, in the directory
 */
record Ticked(Optional<RelativePath> in, List<RelativePath> paths) {
  /** As many as a page lists. */
  private static final int MOST = 500;

  private static final Ticked NONSENSE = new Ticked(Optional.empty(), List.of());

  /**
   * Reads a form.
   *
   * @param form as application/x-www-form-urlencoded (WHATWG URL standard, section 5.1)
   */
  static Ticked read(String form) {
    Optional<RelativePath> in = Optional.empty();
    Set<RelativePath> paths = new LinkedHashSet<>();
    for (String field : form.split("&", -1)) {
      int equals = field.indexOf('=');
      if (equals < 0) {
        continue;
      }
      byte[] value = PercentCode.decode(field.substring(equals + 1).replace("+", "%20"));
      Optional<RelativePath> path =
          value == null
              ? Optional.empty()
              : GuestPages.path(new String(value, StandardCharsets.UTF_8));
      switch (field.substring(0, equals)) {
        case "in" -> in = path;
        case "file" -> {
          if (path.isEmpty() || path.get().isTop() || paths.size() == MOST) {
            return NONSENSE;
          }
          paths.add(path.get());
        }
        default -> {
          // a button, or nothing of ours
        }
      }
    }
    return new Ticked(in, List.copyOf(paths));
  }
}
