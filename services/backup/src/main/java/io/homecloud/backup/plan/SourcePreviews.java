package io.homecloud.backup.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.rsync.RsyncSelection;
import io.homecloud.backup.rsync.RsyncSelection.Counted;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.source.Source;
import io.homecloud.backup.source.StorageVolumes;
import io.homecloud.backup.source.StorageVolumes.Said;
import io.homecloud.backup.source.StorageVolumes.Volume;
import io.homecloud.control.Name;
import io.homecloud.control.ask.Away;
import io.homecloud.host.path.RelativePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Says what the sources of a plan select of their volumes, as these are now. */
public final class SourcePreviews {
  private final StorageVolumes storage;
  private final RsyncSelection selection;
  private final Path own;

  /**
   * @param own a directory for what is needed for a moment
   */
  public SourcePreviews(StorageVolumes storage, RsyncSelection selection, Path own) {
    this.storage = storage;
    this.selection = selection;
    this.own = own;
  }

  /**
   * What a source selects.
   *
   * @param files with directories and the like
   * @param bytes of regular files; absent when there was no time to count all
   * @param complete whether all was counted
   * @param message why not
   */
  @Schema(name = "SourcePreview")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Preview(
      Name volume,
      String path,
      long files,
      @Nullable Long bytes,
      boolean complete,
      @Nullable String message) {}

  /** One after another, all of them in that time. */
  List<Preview> of(List<Source> sources, Duration within) {
    long end = System.nanoTime() + within.toNanos();
    List<Preview> previews = new ArrayList<>();
    for (Source source : sources) {
      Duration left = Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime()));
      previews.add(preview(source, left));
    }
    return previews;
  }

  private Preview preview(Source source, Duration within) {
    if (source.copiesInstallation()) {
      return not(source, "The installation itself: its database, keys and settings, encrypted.");
    }
    try {
      return switch (storage.volume(source.volume())) {
        case Said.No<Volume>(String sentence) -> not(source, sentence);
        case Said.Yes<Volume>(Volume volume) -> counted(source, volume.mounted(), within);
      };
    } catch (Away e) {
      return not(source, "Storage does not answer, so nothing can be counted.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Preview not(Source source, String sentence) {
    return new Preview(source.volume(), source.encodedPath(), 0, null, false, sentence);
  }

  private Preview counted(Source source, Path mounted, Duration within) throws IOException {
    RelativePath path = EncodedPath.parse(source.encodedPath());
    Optional<Path> list = Optional.empty();
    if (!path.isTop()) {
      PrivateDirectory.make(own);
      Path file = own.resolve("preview-" + UUID.randomUUID() + ".list");
      byte[] bytes = path.bytes();
      Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
      list = Optional.of(file);
    }
    try {
      return switch (selection.count(mounted, list, source.included(), source.excluded(), within)) {
        case Counted.All(var contents) ->
            new Preview(
                source.volume(),
                source.encodedPath(),
                contents.files(),
                contents.bytes(),
                true,
                null);
        case Counted.Some(long files) ->
            new Preview(
                source.volume(),
                source.encodedPath(),
                files,
                null,
                false,
                "There was no time to count all; ask with a longer wait.");
        case Counted.Not(String sentence) -> not(source, sentence);
      };
    } finally {
      if (list.isPresent()) {
        Files.deleteIfExists(list.get());
      }
    }
  }
}
