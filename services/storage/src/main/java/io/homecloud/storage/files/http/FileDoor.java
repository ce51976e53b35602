package io.homecloud.storage.files.http;

import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.FileAnswer;
import io.homecloud.control.api.Page;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.task.TaskProgress;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.files.DirectoryZip;
import io.homecloud.storage.files.FileEntry;
import io.homecloud.storage.files.FileName;
import io.homecloud.storage.files.FilePage;
import io.homecloud.storage.files.FilePath;
import io.homecloud.storage.files.FileType;
import io.homecloud.storage.files.OpenFile;
import io.homecloud.storage.files.Replace;
import io.homecloud.storage.files.Upload;
import io.homecloud.storage.files.UploadId;
import io.homecloud.storage.files.UploadKey;
import io.homecloud.storage.files.UploadRequest;
import io.homecloud.storage.files.VolumeFiles;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;

/** What HTTP asks of files, on whichever volume or snapshot is opened for it. */
final class FileDoor {
  private static final TaskProgress UNWATCHED =
      new TaskProgress() {
        @Override
        public void report(long done, long total, String unit) {}

        @Override
        public boolean cancelled() {
          return Thread.currentThread().isInterrupted();
        }
      };

  private final StorageControl control;

  FileDoor(StorageControl control) {
    this.control = control;
  }

  /**
   * A file or directory.
   *
   * @param name encoded, as it belongs into a URL
   * @param text the name for people; bytes that are no text are replaced
   * @param mode permission bits in octal
   */
  @Schema
  record View(
      String name,
      String text,
      String type,
      long size,
      Instant modified,
      String mode,
      String etag) {
    static View of(FileEntry entry) {
      return new View(
          entry.name().encoded(),
          entry.name().text(),
          entry.type().name().toLowerCase(java.util.Locale.ROOT),
          entry.size(),
          entry.modified(),
          "%04o".formatted(entry.mode()),
          entry.etag());
    }
  }

  /** A page of a directory. */
  record Listing(List<View> items, Page.PageMetadata metadata) {}

  /**
   * How far an upload is.
   *
   * @param offset how many bytes are here; the next piece begins there
   */
  @Schema
  record Offset(long offset) {}

  private static FilePath path(String encoded) {
    return StorageProblem.require(FilePath.parse(encoded));
  }

  /** A file, a page of a directory, or a directory as one zip. */
  Response get(
      Supplier<VolumeFiles> open,
      Asked asked,
      String encoded,
      boolean zip,
      @Nullable String range,
      String called,
      RoutingContext routing) {
    FilePath path = path(encoded);
    VolumeFiles files = open.get();
    try {
      FileEntry entry = path.isRoot() ? null : StorageProblem.require(files.stat(path));
      if (entry == null || entry.type() == FileType.DIRECTORY) {
        if (!zip) {
          return list(files, asked, path);
        }
        FileName name = entry == null ? FileName.of(called) : entry.name();
        DirectoryZip zipped = StorageProblem.require(files.zip(path, name));
        // Nobody writes the body of an answer to HEAD.
        FileAnswer.ended(
            routing,
            () -> {
              zipped.close();
              files.close();
            });
        return zip(files, zipped, name);
      }
      OpenFile file = StorageProblem.require(files.read(path));
      try {
        return fetch(files, file, range, routing);
      } catch (RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  private static Response list(VolumeFiles files, Asked asked, FilePath path) {
    try (files) {
      String position = asked.position();
      FileName after = position.isEmpty() ? null : path(position).name();
      FilePage page = StorageProblem.require(files.list(path, after, asked.limit()));
      FileName next = page.next();
      return Response.ok(
              Page.upTo(
                  page.entries().stream().map(View::of).toList(),
                  next == null ? null : next.encoded()),
              MediaType.APPLICATION_JSON_TYPE)
          .build();
    }
  }

  private static Response zip(VolumeFiles files, DirectoryZip zip, FileName name) {
    StreamingOutput body =
        out -> {
          try (files;
              zip) {
            zip.writeTo(out);
          }
        };
    return FileAnswer.attachment(Response.ok(body, "application/zip"), name.encoded() + ".zip")
        .build();
  }

  /**
   * The kernel sends the file itself: through Java each byte was copied five times, and the fetch
   * took twice as long as cp. The file stays open until the answer has ended, however it ends.
   */
  private static Response fetch(
      VolumeFiles files, OpenFile file, @Nullable String asked, RoutingContext routing) {
    FileEntry entry = file.entry();
    // Who has a part of another content gets the whole of this one (RFC 9110 section 13.1.5).
    String has = routing.request().getHeader("If-Range");
    String header = has == null || has.equals("\"" + entry.etag() + "\"") ? asked : null;
    ByteRange range = ByteRange.of(header, entry.size());
    Object body =
        range.length() == 0 ? new byte[0] : new PathPart(file.path(), range.from(), range.length());
    Response.ResponseBuilder answer =
        header == null || range.whole(entry.size())
            ? Response.ok(body)
            : Response.status(206).entity(body).header("Content-Range", range.header(entry.size()));
    FileAnswer.ended(
        routing,
        () -> {
          file.close();
          files.close();
        });
    return FileAnswer.attachment(answer, entry.name().encoded())
        .type(MediaType.APPLICATION_OCTET_STREAM_TYPE)
        .header(HttpHeaders.CONTENT_LENGTH, range.length())
        .header("Accept-Ranges", "bytes")
        .tag(entry.etag())
        .lastModified(FileAnswer.date(entry.modified()))
        .build();
  }

  /** A whole file, or with Content-Range a piece of one that is resumed. */
  Response put(
      Supplier<VolumeFiles> open,
      Asked asked,
      String encoded,
      UploadHeaders headers,
      HttpServerRequest http) {
    FilePath target = path(encoded);
    ContentRange range = ContentRange.of(headers.contentRange(), headers.length());
    UploadId id = id(target, range.total(), asked, headers.upload());
    UploadRequest request =
        new UploadRequest(
            id,
            target,
            range.total(),
            headers.replace(),
            null,
            asked
                .idempotency()
                .map(key -> UploadId.of(target, range.total(), id.value() + "\n" + key))
                .map(key -> new UploadKey(key, control.plane().clock().instant()))
                .orElse(null));
    try (VolumeFiles files = open.get()) {
      Optional<FileEntry> earlier = StorageProblem.require(files.made(request));
      if (earlier.isPresent()) {
        return made(earlier.get());
      }
      if (range.question()) {
        var _ = StorageProblem.require(files.welcome(target));
        long here = StorageProblem.require(files.uploaded(request.id()));
        return Response.accepted(new Offset(here)).build();
      }
      try (Upload upload = StorageProblem.require(files.upload(request))) {
        StorageProblem.require(upload.goBackTo(range.from()));
        long offset = receive(http, headers.length(), upload);
        if (range.total() >= 0 && offset < range.total() && headers.contentRange() != null) {
          return Response.accepted(new Offset(StorageProblem.require(upload.keep()))).build();
        }
        return made(StorageProblem.require(upload.finish()));
      }
    }
  }

  private static Response made(FileEntry file) {
    return Response.status(Response.Status.CREATED)
        .entity(View.of(file))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .tag(file.etag())
        .build();
  }

  private static UploadId id(FilePath target, long total, Asked asked, @Nullable String upload) {
    String who = asked.subject();
    try {
      return UploadId.of(
          target, total, upload == null ? who : who + "\n" + UUID.fromString(upload));
    } catch (IllegalArgumentException e) {
      throw CommonProblem.PARAMETER_INVALID.because("upload is a UUID.");
    }
  }

  private static long receive(HttpServerRequest http, long length, Upload upload) {
    try (ArrivingBody body = new ArrivingBody(http, length)) {
      return StorageProblem.require(upload.write(body));
    } catch (IOException e) {
      throw CommonProblem.REQUEST_REFUSED.because("The connection ended before the body did.");
    }
  }

  /**
   * What a PUT says about itself.
   *
   * @param upload which one it is of several that the subject may have of the file
   */
  record UploadHeaders(
      @Nullable String contentRange,
      long length,
      @Nullable String ifMatch,
      @Nullable String ifNoneMatch,
      @Nullable String upload) {
    Replace replace() {
      if ("*".equals(ifNoneMatch)) {
        return new Replace.Never();
      }
      return ifMatch == null || ifMatch.equals("*")
          ? new Replace.Always()
          : new Replace.Only(ifMatch.replace("\"", ""));
    }
  }

  /**
   * Makes a directory, or moves what is there, or takes several things out of a directory.
   *
   * @param directory make one
   * @param parents and those above it that are not there
   * @param moveTo the new path within the volume, encoded
   * @param replace a file that is there already
   * @param zip paths in the directory, encoded, that are answered as one zip; too many for a URL
   */
  @Schema
  record Change(
      boolean directory,
      boolean parents,
      @Nullable String moveTo,
      boolean replace,
      @Nullable List<String> zip) {
    boolean oneThing() {
      return Stream.of(directory, moveTo != null, zip != null).filter(Boolean::valueOf).count()
          == 1;
    }
  }

  /**
   * What a {@link Change} says.
   *
   * @param sight of what is zipped; whoever changes something has to see all
   */
  Response post(
      Supplier<VolumeFiles> open, AskedSight sight, String encoded, String called, String body) {
    Change change = Bodies.parse(control.plane().json(), body, Change.class);
    FilePath path = path(encoded);
    if (!change.oneThing()) {
      throw CommonProblem.BODY_INVALID.because(
          "Say either {\"directory\": true} or {\"moveTo\": \"<path>\"} or {\"zip\": [\"<path>\"]}.");
    }
    if (change.zip() != null) {
      return zip(sight.of(open), path, FileName.of(called), change.zip());
    }
    if (sight.as != null) {
      throw CommonProblem.PARAMETER_INVALID.because(
          "as is for reading, for bringing files and for a zip.");
    }
    try (VolumeFiles files = open.get()) {
      FileEntry entry =
          change.moveTo() == null
              ? StorageProblem.require(files.makeDirectory(path, change.parents()))
              : StorageProblem.require(files.move(path, path(change.moveTo()), change.replace()));
      return Response.status(change.directory() ? 201 : 200)
          .entity(View.of(entry))
          .type(MediaType.APPLICATION_JSON_TYPE)
          .build();
    }
  }

  private static Response zip(
      Supplier<VolumeFiles> open, FilePath path, FileName called, List<String> wished) {
    if (wished.isEmpty() || wished.stream().anyMatch(Objects::isNull)) {
      throw CommonProblem.BODY_INVALID.because("zip names at least one path.");
    }
    List<FilePath> picked = wished.stream().map(FileDoor::path).toList();
    if (picked.stream().anyMatch(FilePath::isRoot)) {
      throw CommonProblem.BODY_INVALID.because(
          "zip has paths in the directory; of all of it there is ?zip.");
    }
    if (picked.stream().anyMatch(pick -> !FilePath.fits(path, pick))) {
      throw StorageProblem.FILE_NAME_INVALID.because("A path is too long.");
    }
    VolumeFiles files = open.get();
    try {
      FileName name = path.isRoot() ? called : path.name();
      return zip(files, StorageProblem.require(files.zip(path, name, picked)), name);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  Response delete(
      Supplier<VolumeFiles> open,
      Asked asked,
      String encoded,
      boolean recursive,
      @Nullable String contentRange,
      @Nullable String upload) {
    try (VolumeFiles files = open.get()) {
      if (contentRange == null) {
        StorageProblem.require(files.delete(path(encoded), recursive, UNWATCHED));
      } else {
        long total = ContentRange.total(contentRange);
        StorageProblem.require(files.takeBack(id(path(encoded), total, asked, upload)));
      }
      return Response.noContent().build();
    }
  }
}
