package io.homecloud.storage.diff;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import io.homecloud.storage.files.FilePath;
import io.homecloud.storage.snapshot.change.Aspect;
import io.homecloud.storage.snapshot.change.FileChange;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change as it is answered. Paths are percent-encoded, as the files API takes them.
 *
 * @param change added, changed, deleted or renamed, in that word
 * @param path on the newer side; of a deleted file, where it was
 * @param text the same for people
 * @param from where it was, if that is another path
 * @param type {@code file}, {@code directory}, {@code link} or {@code other}
 * @param aspects in what it differs: {@code content}, {@code mode}, {@code owner}, {@code time},
 *     {@code attributes}, {@code links}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ChangeView(
    String change,
    String path,
    String text,
    @Nullable String from,
    String type,
    long size,
    @Nullable List<String> aspects) {

  static ChangeView of(FileChange change) {
    return switch (change) {
      case FileChange.Added added -> of("added", added, added.path(), null);
      case FileChange.Deleted deleted -> of("deleted", deleted, deleted.path(), null);
      case FileChange.Changed changed ->
          of("changed", changed, changed.before(), changed.aspects());
      case FileChange.Renamed moved -> of("renamed", moved, moved.from(), moved.aspects());
    };
  }

  private static ChangeView of(
      String word, FileChange change, RelativePath from, @Nullable Set<Aspect> aspects) {
    return new ChangeView(
        word,
        FilePath.encoded(change.path()),
        change.path().display(),
        from.equals(change.path()) ? null : FilePath.encoded(from),
        type(change.type()),
        change.size(),
        aspects == null
            ? null
            : aspects.stream()
                .sorted()
                .map(aspect -> aspect.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  private static String type(FileType type) {
    return switch (type) {
      case FILE -> "file";
      case DIRECTORY -> "directory";
      case SYMLINK -> "link";
      case FIFO, SOCKET, CHARACTER_DEVICE, BLOCK_DEVICE -> "other";
    };
  }
}
