package io.homecloud.storage.files;

import java.time.Duration;
import java.time.Instant;

/**
 * What the repetition of an upload is known by, noted on the file that the first one makes: so it
 * is there with the file or not at all, whatever dies in between.
 *
 * @param id of the upload, and of what its sender calls the request
 * @param now when it was sent
 */
public record UploadKey(UploadId id, Instant now) {
  private static final Duration KEPT = Duration.ofHours(24);

  /** The id, a space, when the file was made in seconds since 1970. */
  private static final FileNote NOTE = new FileNote("trusted.homecloud.made");

  void note(Descriptor file) throws FileRefused {
    NOTE.write(file, id.value() + " " + now.getEpochSecond());
  }

  /** Whether a request of this key has made the file, within 24 hours. */
  boolean made(Descriptor file) throws FileRefused {
    String note = NOTE.read(file);
    // Others who are root may have written it.
    return note.matches(id.value() + " \\d{1,10}")
        && Duration.between(Instant.ofEpochSecond(Long.parseLong(note.substring(33))), now)
                .abs()
                .compareTo(KEPT)
            < 0;
  }
}
