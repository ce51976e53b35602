package io.homecloud.sharing.link;

import io.homecloud.host.path.RelativePath;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a guest ticked in a list.
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
   * @param form as {@link FormFields} reads it
   */
  static Ticked read(String form) {
    FormFields fields = FormFields.read(form);
    Set<RelativePath> paths = new LinkedHashSet<>();
    for (String file : fields.all("file")) {
      Optional<RelativePath> path = GuestPages.path(file);
      if (path.isEmpty() || path.get().isTop() || paths.size() == MOST) {
        return NONSENSE;
      }
      paths.add(path.get());
    }
    return new Ticked(
        fields.all("in").stream().findFirst().flatMap(GuestPages::path), List.copyOf(paths));
  }
}
