package io.homecloud.storage.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Uploads as tests need them. */
final class Uploads {
  private Uploads() {}

  static UploadRequest of(FilePath target, long total) {
    return of(target, total, new Replace.Always());
  }

  static UploadRequest of(FilePath target, long total, Replace replace) {
    return new UploadRequest(UploadId.of(target, total, "anna"), target, total, replace, null);
  }

  static FileEntry whole(VolumeFiles files, FilePath target, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    try (Upload upload = Results.done(files.upload(of(target, bytes.length)))) {
      Results.done(upload.write(new ByteArrayInputStream(bytes)));
      return Results.done(upload.finish());
    }
  }
}
