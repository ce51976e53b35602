package io.homecloud.storage.files;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some entries of a directory, ordered by name.
 *
 * @param next the last name of this page when more follow, to ask for what comes after it
 */
public record FilePage(List<FileEntry> entries, @Nullable FileName next) {
  public FilePage {
    entries = List.copyOf(entries);
  }
}
