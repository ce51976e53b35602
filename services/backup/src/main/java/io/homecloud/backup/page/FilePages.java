package io.homecloud.backup.page;

import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.engine.CopyFiles;
import io.homecloud.backup.engine.EngineTrouble;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.search.NodesSearch;
import io.homecloud.backup.search.Search;
import io.homecloud.backup.source.EncodedPath;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.libc.FileType;
import io.homecloud.host.path.RelativePath;
import io.homecloud.pages.Pages.Values;
import io.homecloud.pages.ReadableSize;
import io.homecloud.pages.ReadableTime;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What a copy has, directory by directory; and where a file was. */
@Path(Desk.HOME)
@PermitAll
@RunOnVirtualThread
public class FilePages {
  private static final int AT_ONCE = 200;

  private final BackupControl control;
  private final Desk desk;
  private final NodesSearch search;

  FilePages(BackupControl control, Desk desk, NodesSearch search) {
    this.control = control;
    this.desk = desk;
    this.search = search;
  }

  /** A step of the way to where one is. */
  public record Step(String name, String url) {}

  /**
   * A line of a list.
   *
   * @param url of a directory; null when there is nothing to look into
   * @param download of a file, or of a directory as a zip
   * @param path encoded, what the form sends when it is ticked
   */
  public record Line(
      String name,
      @Nullable String url,
      @Nullable String download,
      String path,
      String icon,
      String about) {}

  @GET
  @Path("runs/{run}/files{path:(/.*)?}")
  @Operation(hidden = true)
  public Response files(@PathParam("run") Name name, @Context UriInfo uri) {
    return directory(name, uri, null, List.of());
  }

  /** The next ones; what was chosen among those before stays chosen. */
  @POST
  @Path("runs/{run}/files{path:(/.*)?}")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response more(
      @PathParam("run") Name name,
      @FormParam("after") @Nullable String after,
      @FormParam("file") @Nullable List<String> chosen,
      @Context UriInfo uri) {
    return directory(name, uri, after, chosen == null ? List.of() : chosen);
  }

  private Response directory(Name name, UriInfo uri, @Nullable String after, List<String> chosen) {
    return desk.serve(() -> {
      var run = control.runFeature().api().require(name);
      return directory(run, EncodedPath.parse(encoded(uri)), after, chosen);
    });
  }

  /** As it was asked: a percent sign in a name would be decoded twice else. */
  private static String encoded(UriInfo uri) {
    String[] parts = uri.getRequestUri().getRawPath().substring(Desk.HOME.length()).split("/", 5);
    return parts.length < 5 ? "" : parts[4];
  }

  private Response directory(
      Resource<RunSpec, RunStatus> run,
      RelativePath path,
      @Nullable String after,
      List<String> chosen) {
    List<CopyFiles.Entry> entries;
    try (CopyFiles files = control.runFeature().files().copy(run).files()) {
      if (files.entry(path).filter(entry -> entry.type() == FileType.DIRECTORY).isEmpty()) {
        throw BackupProblem.FILE_NOT_FOUND.because("The copy has no directory at that path.");
      }
      entries = files.list(path, Optional.ofNullable(after).map(EncodedPath::parse), AT_ONCE + 1);
    } catch (EngineTrouble e) {
      throw BackupProblem.REPOSITORY_AWAY.because(e.sentence());
    } catch (IOException e) {
      throw BackupProblem.REPOSITORY_AWAY.because("The copy cannot be read now.");
    }
    String here = Desk.HOME + "/runs/" + run.name() + "/files";
    boolean more = entries.size() > AT_ONCE;
    List<CopyFiles.Entry> shown = more ? entries.subList(0, AT_ONCE) : entries;
    return desk.page(
        "backup-files",
        new Values()
            .with(
                "title",
                path.isTop() ? ReadableTime.minute(run.spec().at()) : path.name().display())
            .with("date", ReadableTime.minute(run.spec().at()))
            .with("run", run.name().value())
            .with("trail", trail(run, path))
            .with("in", EncodedPath.write(path))
            .with("zip", BackupKinds.API + "/runs/" + run.name() + "/files" + slash(path) + "?zip")
            .with("top", path.isTop())
            .with("several", path.isTop() && RestorePages.volumes(run).size() > 1)
            .with("entries", shown.stream().map(entry -> line(run, path, entry)).toList())
            .with("chosen", chosen)
            .with("words", Words.count(chosen.size(), "file or folder is", "files and folders are"))
            .with("here", here + slash(path))
            .with("after", more ? EncodedPath.write(shown.getLast().name()) : null));
  }

  private static String slash(RelativePath path) {
    return path.isTop() ? "" : "/" + EncodedPath.write(path);
  }

  private static List<Step> trail(Resource<RunSpec, RunStatus> run, RelativePath path) {
    List<Step> trail = new ArrayList<>();
    String here = Desk.HOME + "/runs/" + run.name() + "/files";
    for (RelativePath above = path; !above.isTop(); ) {
      above = above.parent();
      trail.addFirst(
          above.isTop()
              ? new Step(ReadableTime.minute(run.spec().at()), here)
              : new Step(above.name().display(), here + slash(above)));
    }
    trail.addFirst(new Step(run.spec().plan().value(), Desk.HOME + "/plans/" + run.spec().plan()));
    trail.addFirst(new Step("Backups", Desk.HOME));
    return trail;
  }

  private static Line line(
      Resource<RunSpec, RunStatus> run, RelativePath in, CopyFiles.Entry entry) {
    RelativePath path = in.resolve(entry.name());
    String encoded = EncodedPath.write(path);
    boolean directory = entry.type() == FileType.DIRECTORY;
    boolean file = entry.type() == FileType.FILE;
    return new Line(
        entry.name().display(),
        directory ? Desk.HOME + "/runs/" + run.name() + "/files/" + encoded : null,
        directory || file
            ? BackupKinds.API
                + "/runs/"
                + run.name()
                + "/files/"
                + encoded
                + (directory ? "?zip" : "")
            : null,
        encoded,
        directory ? "folder" : "file",
        directory ? "Folder" : kind(entry) + ReadableTime.day(entry.modifiedAt()));
  }

  private static String kind(CopyFiles.Entry entry) {
    if (entry.type() == FileType.FILE && entry.size() == CopyFiles.Entry.UNKNOWN) {
      return "";
    }
    return (entry.type() == FileType.FILE
            ? ReadableSize.of(entry.size())
            : entry.type().name().toLowerCase(Locale.ROOT).replace('_', ' '))
        + " · ";
  }

  /** A file that was found, with how it was when. */
  public record Found(String name, String where, List<Then> versions) {}

  /**
   * How it was.
   *
   * @param url of the directory that it is in, or that it is
   * @param download null of what is neither a file nor a directory
   */
  public record Then(
      String when, String about, String run, String path, String url, @Nullable String download) {}

  @GET
  @Path("search")
  @Operation(hidden = true)
  public Response search(
      @BeanParam Asked asked,
      @QueryParam("name") @Nullable String name,
      @Context HttpHeaders headers) {
    return desk.serve(() -> {
      String wanted = name == null ? "" : name;
      var page =
          wanted.isBlank()
              ? null
              : search.find(
                  wanted, asked.limit(), asked.position(), headers.getRequestHeaders(), false);
      String next = page == null ? null : page.metadata().next();
      boolean alone = control.plane().nodes().alone();
      return desk.page(
          "backup-search",
          new Values()
              .with("name", wanted)
              .with("asked", page != null)
              .with("away", page == null ? List.of() : page.away())
              .with(
                  "behind",
                  page == null ? List.of() : page.behind().stream().map(FilePages::behind).toList())
              .with(
                  "found",
                  page == null
                      ? List.of()
                      : page.items().stream().map(hit -> found(hit, alone)).toList())
              .with(
                  "more",
                  next == null
                      ? null
                      : Desk.HOME
                          + "/search?name="
                          + URLEncoder.encode(wanted, StandardCharsets.UTF_8)
                          + "&continue="
                          + next));
    });
  }

  private static String behind(Search.Behind left) {
    return "Plan "
        + left.plan()
        + ", repository "
        + left.repository()
        + (left.drive() == null ? "" : ", drive " + left.drive())
        + ": "
        + (left.runs() == 1 ? "one copy" : left.runs() + " copies")
        + " could not be looked at yet, and what only there is found is not in this.";
  }

  private static Found found(Search.Hit hit, boolean alone) {
    RelativePath path = EncodedPath.parse(hit.path());
    return new Found(
        path.name().display(),
        hit.plan()
            + " → "
            + hit.repository()
            + (alone || hit.node() == null ? "" : " of " + hit.node())
            + (hit.drive() == null ? "" : ", drive " + hit.drive())
            + ": "
            + path.parent().display(),
        hit.versions().stream().map(version -> then(hit, path, version)).toList());
  }

  private static Then then(Search.Hit hit, RelativePath path, Search.Copy version) {
    boolean directory = hit.type().equals("directory");
    boolean file = hit.type().equals("file");
    String from = ReadableTime.minute(version.firstAt());
    String until = ReadableTime.minute(version.lastAt());
    String files = "/runs/" + version.lastRun() + "/files";
    return new Then(
        from.equals(until) ? from : from + " to " + until,
        // Of encrypted copies the index has no sizes.
        file && version.size() > 0 ? ReadableSize.of(version.size()) : hit.type(),
        version.lastRun().value(),
        EncodedPath.write(path),
        Desk.HOME + files + slash(directory ? path : path.parent()),
        directory || file
            ? BackupKinds.API + files + slash(path) + (directory ? "?zip" : "")
            : null);
  }
}
