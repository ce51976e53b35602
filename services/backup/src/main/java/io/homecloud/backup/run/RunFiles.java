package io.homecloud.backup.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.engine.Copies;
import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.repository.RepositoryFinder;
import io.homecloud.backup.repository.RepositoryFinder.Found;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.FileAnswer;
import io.homecloud.control.api.Page;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.PathPart;
import org.jspecify.annotations.Nullable;

/** What is in a copy, for looking and fetching. Never anything outside of it. */
public final class RunFiles {
  private final RepositoryFinder repositories;
  private final FetchedTrees fetched;

  RunFiles(RepositoryFinder repositories, FetchedTrees fetched) {
    this.repositories = repositories;
    this.fetched = fetched;
  }

  /**
   * A file or directory.
   *
   * @param name encoded, as it belongs into a URL
   * @param text the name for people; bytes that are no text are replaced
   * @param size absent where the engine does not tell it
   * @param mode permission bits in octal
   */
  @Schema(name = "CopyEntry")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Entry(
      String name, String text, String type, @Nullable Long size, Instant modified, String mode) {
    static Entry of(CopyFiles.Entry file) {
      return new Entry(
          PercentCode.encode(file.name().bytes()),
          file.name().display(),
          file.type().name().toLowerCase(Locale.ROOT),
          file.size() == CopyFiles.Entry.UNKNOWN ? null : Long.valueOf(file.size()),
          file.modifiedAt(),
          "%04o".formatted(file.permissions()));
    }
  }

  /** A page of a directory. */
  @Schema(name = "CopyListing")
  record Listing(List<Entry> items, Page.PageMetadata metadata) {}

  /** A complete copy in a repository that is there. */
  public record Whole(Copies copies, String copy) {
    public CopyFiles files() throws IOException {
      return copies.files(copy);
    }
  }

  /**
   * The copy of a run.
   *
   * @throws io.homecloud.control.problem.ProblemException when it is not complete, or not there now
   */
  public Whole copy(Resource<RunSpec, RunStatus> run) {
    RunStatus status = run.status();
    if (run.deleting() || status == null || status.tree() == null || !Runs.complete(run)) {
      throw BackupProblem.RUN_NOT_COMPLETE.because(
          "Run " + run.name() + " has no complete copy; there is nothing to be had from it.");
    }
    return switch (repositories.find(run.spec().repository())) {
      case Found.Here here -> {
        here.copies()
            .away(status.tree())
            .ifPresent(sentence -> {
              throw BackupProblem.REPOSITORY_AWAY.because(sentence);
            });
        yield new Whole(here.copies(), status.tree());
      }
      case Found.Away(String sentence) -> throw BackupProblem.REPOSITORY_AWAY.because(sentence);
      case Found.Unknown _ ->
          throw BackupProblem.REPOSITORY_NOT_FOUND.because(
              "There is no repository called " + run.spec().repository() + ".");
    };
  }

  /**
   * @param zip whether a directory is wanted with all that is in it
   */
  Response get(
      Resource<RunSpec, RunStatus> run,
      Asked asked,
      String encoded,
      boolean zip,
      RoutingContext routing) {
    RelativePath path = EncodedPath.parse(encoded);
    Whole copy = copy(run);
    try (CopyFiles files = copy.files()) {
      CopyFiles.Entry entry = files.entry(path).orElseThrow(RunFiles::nothing);
      return switch (entry.type()) {
        case DIRECTORY -> zip ? zip(run, copy, path, routing) : list(files, path, asked);
        case FILE -> fetch(copy, files, path, entry, routing);
        default ->
            throw BackupProblem.NOT_A_FILE.because(
                "It is a "
                    + entry.type().name().toLowerCase(Locale.ROOT)
                    + "; it can be restored, but not looked into.");
      };
    } catch (EngineTrouble e) {
      throw BackupProblem.REPOSITORY_AWAY.because(e.sentence());
    } catch (IOException e) {
      throw BackupProblem.RUN_NOT_COMPLETE.because("The copy cannot be read now.");
    }
  }

  private static RuntimeException nothing() {
    return BackupProblem.FILE_NOT_FOUND.because("The run has nothing at that path.");
  }

  private static Response list(CopyFiles files, RelativePath path, Asked asked) throws IOException {
    String position = asked.position();
    Optional<RelativePath> after =
        position.isEmpty() ? Optional.empty() : Optional.of(EncodedPath.parse(position));
    int limit = asked.limit();
    List<CopyFiles.Entry> found = files.list(path, after, limit + 1);
    List<Entry> entries = found.stream().limit(limit).map(Entry::of).toList();
    String next = found.size() > limit ? entries.getLast().name() : null;
    return Response.ok(Page.upTo(entries, next), MediaType.APPLICATION_JSON_TYPE).build();
  }

  private Response zip(
      Resource<RunSpec, RunStatus> run, Whole copy, RelativePath path, RoutingContext routing)
      throws IOException {
    RunStatus status = run.status();
    CopyFiles files =
        isHere(copy)
            ? copy.files()
            : fetched.fetch(
                copy,
                path,
                status == null || status.contents() == null ? 0 : status.contents().bytes());
    byte[] name =
        path.isTop() ? run.name().value().getBytes(StandardCharsets.UTF_8) : path.name().bytes();
    // Nobody writes the body of an answer to HEAD.
    FileAnswer.ended(routing, files::close);
    StreamingOutput body =
        out -> {
          try (files) {
            CopyZip.write(files, path, name, out);
          }
        };
    return FileAnswer.attachment(
            Response.ok(body, "application/zip"), PercentCode.encode(name) + ".zip")
        .build();
  }

  /** Otherwise what is wanted of it has to be brought first. */
  private static boolean isHere(Whole copy) {
    return copy.copies().tree(copy.copy()).isPresent();
  }

  /** Sent by the kernel (docs/adr/0012); open until the answer has ended, however it ends. */
  private Response fetch(
      Whole copy, CopyFiles files, RelativePath path, CopyFiles.Entry entry, RoutingContext routing)
      throws IOException {
    CopyFiles.Fetched file =
        (isHere(copy) ? files.fetch(path) : fetched.file(files, path, entry.size()))
            .orElseThrow(RunFiles::nothing);
    long size;
    Object body;
    try {
      size = Files.size(file.path());
      body = size == 0 ? new byte[0] : new PathPart(file.path(), 0, size);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    FileAnswer.ended(routing, file::close);
    return FileAnswer.attachment(
            Response.ok(body, MediaType.APPLICATION_OCTET_STREAM_TYPE)
                .header(HttpHeaders.CONTENT_LENGTH, size),
            PercentCode.encode(path.name().bytes()))
        .lastModified(FileAnswer.date(entry.modifiedAt()))
        .build();
  }
}
