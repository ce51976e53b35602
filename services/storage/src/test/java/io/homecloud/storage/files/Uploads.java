package io.homecloud.storage.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Uploads as tests need them. */
final class Uploads {
  private static final int PIECE_BYTES = 500_000;

  private Uploads() {}

  static UploadRequest of(FilePath target, long total) {
    return of(target, total, new Replace.Always());
  }

  static UploadRequest of(FilePath target, long total, Replace replace) {
    return new UploadRequest(
        UploadId.of(target, total, "anna"), target, total, replace, null, null);
  }

  static UploadSource from(InputStream stream) {
    return () -> {
      byte[] piece = new byte[PIECE_BYTES];
      int length = stream.read(piece);
      return length < 0
          ? null
          : MemorySegment.ofBuffer(ByteBuffer.allocateDirect(length).put(piece, 0, length).flip());
    };
  }

  static FileEntry whole(VolumeFiles files, FilePath target, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    try (Upload upload = Results.done(files.upload(of(target, bytes.length)))) {
      Results.done(upload.write(from(new ByteArrayInputStream(bytes))));
      return Results.done(upload.finish());
    }
  }
}
