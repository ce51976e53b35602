package io.homecloud.sharing.link;

import io.homecloud.pages.ReadableSize;
import io.homecloud.pages.ReadableTime;
import io.homecloud.sharing.link.LinkFiles.Entry;
import io.homecloud.sharing.link.LinkFiles.Look;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A line of a list.
 *
 * @param field what the form sends when it is ticked: its path in the directory, encoded
 * @param thumbnail where a picture is that stands beside its name; null when there is none
 * @param about its size and age, for people
 */
public record ShownEntry(
    String name,
    String url,
    String field,
    boolean directory,
    String icon,
    @Nullable String thumbnail,
    String about,
    long bytes) {
  /** Those that are not made smaller, when a phone is to show a hundred of them. */
  static final long SMALL_PICTURE = 4L << 20;

  private static final Map<String, String> ICONS =
      Map.ofEntries(
          Map.entry("pdf", "document"),
          Map.entry("doc", "document"),
          Map.entry("docx", "document"),
          Map.entry("odt", "document"),
          Map.entry("mov", "video"),
          Map.entry("mkv", "video"),
          Map.entry("avi", "video"),
          Map.entry("heic", "image"),
          Map.entry("zip", "archive"),
          Map.entry("7z", "archive"),
          Map.entry("gz", "archive"),
          Map.entry("xz", "archive"),
          Map.entry("tar", "archive"));

  static ShownEntry of(Entry entry, String url) {
    return entry.directory()
        ? directory(entry.name(), entry.encoded(), url)
        : file(entry.name(), entry.encoded(), url, new Look.File(entry.size(), entry.modified()));
  }

  static Optional<ShownEntry> of(Look look, String name, String field, String url) {
    return switch (look) {
      case Look.Nothing() -> Optional.empty();
      case Look.Directory() -> Optional.of(directory(name, field, url));
      case Look.File file -> Optional.of(file(name, field, url, file));
    };
  }

  private static ShownEntry directory(String name, String field, String url) {
    return new ShownEntry(name, url, field, true, "folder", null, "", 0);
  }

  private static ShownEntry file(String name, String field, String url, Look.File file) {
    String icon = icon(name);
    Optional<ShownAs> picture = ShownAs.of(name).filter(shown -> shown.kind().equals("image"));
    boolean made = picture.flatMap(ShownAs::smaller).isPresent();
    boolean asItIs = picture.isPresent() && file.size() <= SMALL_PICTURE;
    return new ShownEntry(
        name,
        url,
        field,
        false,
        icon,
        made ? url + "?small" : asItIs ? url + "?raw" : null,
        ReadableSize.of(file.size()) + " · " + ReadableTime.day(file.modified()),
        file.size());
  }

  /** Which of the page's pictures stands for a file of that name. */
  static String icon(String name) {
    return ShownAs.of(name)
        .map(ShownAs::kind)
        .orElseGet(() -> ICONS.getOrDefault(ShownAs.ending(name), "file"));
  }
}
