package io.homecloud.backup.run;

import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.repository.RepositoryFinder;
import io.homecloud.backup.repository.RepositoryFinder.Found;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.backup.tree.BeneathTree;
import io.homecloud.backup.tree.RunMark;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Page;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.libc.Descriptor;
import io.homecloud.host.libc.DirectoryEntries;
import io.homecloud.host.libc.FileCalls;
import io.homecloud.host.libc.FileStatus;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.libc.StatusAnswer;
import io.homecloud.host.path.PercentCode;
import io.homecloud.host.path.RelativePath;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.PathPart;

/** What is in a copy, for looking and fetching. Never anything outside of it. */
public final class RunFiles {
  private static final RelativePath MARK =
      RelativePath.of(RunMark.FILE.getBytes(StandardCharsets.UTF_8));

  private final RepositoryFinder repositories;

  RunFiles(RepositoryFinder repositories) {
    this.repositories = repositories;
  }

  /**
   * A file or directory.
   *
   * @param name encoded, as it belongs into a URL
   * @param text the name for people; bytes that are no text are replaced
   * @param mode permission bits in octal
   */
  @Schema(name = "CopyEntry")
  record Entry(String name, String text, String type, long size, Instant modified, String mode) {
    static Entry of(RelativePath name, FileStatus status) {
      return new Entry(
          PercentCode.encode(name.bytes()),
          name.display(),
          status.type().name().toLowerCase(Locale.ROOT),
          status.type() == FileType.FILE ? status.size() : 0,
          status.modifiedAt(),
          "%04o".formatted(status.permissions()));
    }
  }

  /** A page of a directory. */
  @Schema(name = "CopyListing")
  record Listing(List<Entry> items, Page.PageMetadata metadata) {}

  /**
   * Where the copy of a run is.
   *
   * @throws io.homecloud.control.problem.ProblemException when it is not complete, or not there now
   */
  public Path tree(Resource<RunSpec, RunStatus> run) {
    RunStatus status = run.status();
    if (run.deleting() || status == null || status.tree() == null || !Runs.complete(run)) {
      throw BackupProblem.RUN_NOT_COMPLETE.because(
          "Run " + run.name() + " has no complete copy; there is nothing to be had from it.");
    }
    return switch (repositories.find(run.spec().repository())) {
      case Found.Here here -> here.trees().place(status.tree()).complete();
      case Found.Away(String sentence) -> throw BackupProblem.REPOSITORY_AWAY.because(sentence);
      case Found.Unknown _ ->
          throw BackupProblem.REPOSITORY_NOT_FOUND.because(
              "There is no repository called " + run.spec().repository() + ".");
    };
  }

  Response get(
      Resource<RunSpec, RunStatus> run, Asked asked, String encoded, RoutingContext routing) {
    RelativePath path = EncodedPath.parse(encoded);
    Path tree = tree(run);
    try (BeneathTree beneath = BeneathTree.of(tree)) {
      FileStatus status = beneath.status(path).orElseThrow(RunFiles::nothing);
      return switch (status.type()) {
        case DIRECTORY -> list(beneath, path, asked);
        case FILE -> fetch(beneath, path, status, routing);
        default ->
            throw BackupProblem.NOT_A_FILE.because(
                "It is a "
                    + status.type().name().toLowerCase(Locale.ROOT)
                    + "; it can be restored, but not looked into.");
      };
    } catch (IOException e) {
      throw BackupProblem.RUN_NOT_COMPLETE.because("The copy cannot be read now.");
    }
  }

  private static RuntimeException nothing() {
    return BackupProblem.FILE_NOT_FOUND.because("The run has nothing at that path.");
  }

  private static Response list(BeneathTree beneath, RelativePath path, Asked asked)
      throws IOException {
    String position = asked.position();
    Optional<RelativePath> after =
        position.isEmpty() ? Optional.empty() : Optional.of(EncodedPath.parse(position));
    Descriptor directory =
        beneath
            .open(path, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW)
            .orElseThrow(RunFiles::nothing);
    List<RelativePath> names = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    int limit = asked.limit();
    try (DirectoryEntries reader = new DirectoryEntries(directory)) {
      for (Optional<byte[]> name = reader.next(); name.isPresent(); name = reader.next()) {
        RelativePath one = RelativePath.of(name.get());
        if (!(path.isTop() && one.equals(MARK))
            && after.filter(last -> one.compareTo(last) <= 0).isEmpty()) {
          names.add(one);
        }
      }
      if (reader.failure() < 0) {
        throw new IOException("reading a directory: " + reader.failure());
      }
      names.sort(null);
      for (RelativePath name : names.subList(0, Math.min(limit, names.size()))) {
        if (FileCalls.status(directory.number(), name.bytes())
            instanceof StatusAnswer.Found(FileStatus status)) {
          entries.add(Entry.of(name, status));
        }
      }
    }
    String next = names.size() > limit ? PercentCode.encode(names.get(limit - 1).bytes()) : null;
    return Response.ok(Page.upTo(entries, next), MediaType.APPLICATION_JSON_TYPE).build();
  }

  /** Sent by the kernel (docs/adr/0012); open until the answer has ended, however it ends. */
  private static Response fetch(
      BeneathTree beneath, RelativePath path, FileStatus status, RoutingContext routing) {
    Descriptor file =
        beneath
            .open(path, FileCalls.O_RDONLY | FileCalls.O_NOFOLLOW)
            .orElseThrow(RunFiles::nothing);
    Object body =
        status.size() == 0
            ? new byte[0]
            : new PathPart(
                Path.of(new String(file.path(), StandardCharsets.US_ASCII)), 0, status.size());
    routing.addEndHandler(_ -> file.close());
    // Never shown by a browser as something of ours: what people store may be a page with a script.
    return Response.ok(body, MediaType.APPLICATION_OCTET_STREAM_TYPE)
        .header(HttpHeaders.CONTENT_LENGTH, status.size())
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            "attachment; filename*=UTF-8''" + PercentCode.encode(path.name().bytes()))
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "sandbox; default-src 'none'")
        .lastModified(Date.from(status.modifiedAt()))
        .build();
  }
}
