package io.homecloud.sharing.link;

import io.homecloud.sharing.picture.SmallPictures;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a browser is told that a file is, by the ending of its name: only kinds in which nothing can
 * be run. Everything else is for saving.
 */
record ShownAs(String kind, String mediaType) {
  private static final Map<String, ShownAs> KINDS =
      Map.ofEntries(
          Map.entry("png", new ShownAs("image", "image/png")),
          Map.entry("jpg", new ShownAs("image", "image/jpeg")),
          Map.entry("jpeg", new ShownAs("image", "image/jpeg")),
          Map.entry("gif", new ShownAs("image", "image/gif")),
          Map.entry("webp", new ShownAs("image", "image/webp")),
          Map.entry("avif", new ShownAs("image", "image/avif")),
          Map.entry("mp4", new ShownAs("video", "video/mp4")),
          Map.entry("m4v", new ShownAs("video", "video/mp4")),
          Map.entry("webm", new ShownAs("video", "video/webm")),
          Map.entry("mp3", new ShownAs("audio", "audio/mpeg")),
          Map.entry("m4a", new ShownAs("audio", "audio/mp4")),
          Map.entry("ogg", new ShownAs("audio", "audio/ogg")),
          Map.entry("flac", new ShownAs("audio", "audio/flac")),
          Map.entry("wav", new ShownAs("audio", "audio/wav")),
          Map.entry("txt", new ShownAs("text", "text/plain; charset=utf-8")),
          Map.entry("md", new ShownAs("text", "text/plain; charset=utf-8")),
          Map.entry("csv", new ShownAs("text", "text/plain; charset=utf-8")),
          Map.entry("log", new ShownAs("text", "text/plain; charset=utf-8")));

  static Optional<ShownAs> of(String name) {
    return Optional.ofNullable(KINDS.get(ending(name)));
  }

  /** What it is made of when it can be made smaller. */
  Optional<SmallPictures.Kind> smaller() {
    return switch (mediaType) {
      case "image/jpeg" -> Optional.of(SmallPictures.Kind.JPEG);
      case "image/png" -> Optional.of(SmallPictures.Kind.PNG);
      default -> Optional.empty();
    };
  }

  /** Of a name, in lower case without the dot; empty when it has none. */
  static String ending(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }
}
