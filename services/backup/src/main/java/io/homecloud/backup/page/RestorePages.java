package io.homecloud.backup.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.backup.BackupControl;
import io.homecloud.backup.BackupProblem;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.source.Source;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.host.path.PercentCode;
import io.homecloud.pages.Pages.Values;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What was chosen is brought back: beside what is there, unless something else is wished. */
@Path(Desk.HOME)
@PermitAll
@RunOnVirtualThread
public class RestorePages {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final BackupControl control;
  private final Desk desk;

  RestorePages(BackupControl control, Desk desk) {
    this.control = control;
    this.desk = desk;
  }

  /** Where to, once it is known what. */
  @POST
  @Path("runs/{run}/restore")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response choose(
      @PathParam("run") Name name,
      @FormParam("in") @Nullable String in,
      @FormParam("file") @Nullable List<String> files) {
    return desk.serve(() -> {
      var run = control.runFeature().api().require(name);
      List<String> paths = chosen(run, in, files);
      return form(
          200,
          run,
          paths,
          new Way("beside", beside(run), fresh(run, paths), pool(run, paths)),
          null);
    });
  }

  /** Who has to sign in on the pages that these forms lead to comes to where they begin. */
  @GET
  @Path("runs/{run}/{form:restores?}")
  @Operation(hidden = true)
  public Response begin(@PathParam("run") Name name) {
    return Desk.to(Desk.HOME + "/runs/" + name + "/files");
  }

  private static List<String> chosen(
      Resource<RunSpec, RunStatus> run, @Nullable String in, @Nullable List<String> files) {
    if (files != null && !files.isEmpty()) {
      return files;
    }
    if (in != null && !in.isEmpty()) {
      return List.of(in);
    }
    List<String> volumes = volumes(run);
    if (volumes.size() != 1) {
      throw BackupProblem.PATH_INVALID.because(
          "The copy has several volumes, and each is restored by itself: choose one, or go into it.");
    }
    return volumes;
  }

  /** Each of which is restored by itself. */
  static List<String> volumes(Resource<RunSpec, RunStatus> run) {
    return run.spec().sources().stream().map(source -> source.volume().value()).distinct().toList();
  }

  private static String beside(Resource<RunSpec, RunStatus> run) {
    return "restored from " + DAY.format(run.spec().at());
  }

  /** How people want it back; each of the rest is of one way alone. */
  private record Way(String how, String folder, String volume, String pool) {}

  /** A name that no volume has yet, most likely. */
  private static String fresh(Resource<RunSpec, RunStatus> run, List<String> paths) {
    String name = volume(paths) + "-" + DAY.format(run.spec().at());
    return name.length() > 63 ? name.substring(name.length() - 63) : name;
  }

  private String pool(Resource<RunSpec, RunStatus> run, List<String> paths) {
    return run.spec().sources().stream()
        .map(Source::volume)
        .filter(volume -> volume.value().equals(volume(paths)))
        .findFirst()
        .flatMap(control.restoreFeature()::poolOf)
        .map(Name::value)
        .orElse("");
  }

  private static String volume(List<String> paths) {
    return EncodedText.of(paths.getFirst()).split("/", 2)[0];
  }

  private Response form(
      int status,
      Resource<RunSpec, RunStatus> run,
      List<String> paths,
      Way way,
      @Nullable String said) {
    return desk.page(
        status,
        "backup-restore",
        new Values()
            .with("run", run.name().value())
            .with("plan", run.spec().plan().value())
            .with("date", ReadableTime.minute(run.spec().at()))
            .with("paths", paths)
            .with("names", paths.stream().limit(20).map(EncodedText::of).toList())
            .with("rest", Math.max(0, paths.size() - 20))
            .with("volume", volume(paths))
            .with("how", way.how())
            .with("folder", way.folder())
            .with("fresh", way.volume())
            .with("pool", way.pool())
            .with("said", said));
  }

  @POST
  @Path("runs/{run}/restores")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response restore(
      @BeanParam Asked asked,
      @PathParam("run") Name name,
      @FormParam("file") @Nullable List<String> files,
      @FormParam("how") @Nullable String how,
      @FormParam("folder") @Nullable String folder,
      @FormParam("fresh") @Nullable String fresh,
      @FormParam("pool") @Nullable String pool,
      @FormParam("sure") @Nullable String sure) {
    return desk.serve(() -> {
      var run = control.runFeature().api().require(name);
      List<String> paths = chosen(run, null, files);
      Way way =
          new Way(
              how == null ? "beside" : how,
              folder == null || folder.isBlank() ? beside(run) : folder.strip(),
              fresh == null || fresh.isBlank() ? fresh(run, paths) : fresh.strip(),
              pool == null ? "" : pool.strip());
      if (way.how().equals("over") && sure == null) {
        return form(
            422, run, paths, way, "Files that are there now would be lost. Say that you are sure.");
      }
      Name restore = new Name("restore-" + UUID.randomUUID().toString().substring(0, 13));
      try {
        var _ =
            control.restoreFeature().api().create(asked, body(restore, run, paths, way).toString());
      } catch (ProblemException e) {
        return form(e.code().status(), run, paths, way, e.detail());
      }
      return Desk.to(Desk.HOME + "/restores/" + restore);
    });
  }

  private ObjectNode body(
      Name restore, Resource<RunSpec, RunStatus> run, List<String> paths, Way way) {
    ObjectNode body = control.plane().json().createObjectNode();
    body.putObject("metadata").put("name", restore.value());
    ObjectNode spec = body.putObject("spec").put("run", run.name().value());
    paths.forEach(spec.putArray("paths")::add);
    spec.put("overwrite", way.how().equals("over") ? "always" : "never");
    if (way.how().equals("new")) {
      spec.putObject("target")
          .putObject("newVolume")
          .put("name", way.volume())
          .put("pool", way.pool());
    }
    if (way.how().equals("beside")) {
      String path =
          String.join(
              "/",
              List.of(way.folder().split("/")).stream()
                  .map(part -> PercentCode.encode(part.getBytes(StandardCharsets.UTF_8)))
                  .toList());
      // The volume of the first; that all are of one is looked at when the wish is.
      spec.putObject("target").put("volume", volume(paths)).put("path", path);
    }
    return body;
  }

  @GET
  @Path("restores/{restore}")
  @Operation(hidden = true)
  public Response show(@PathParam("restore") Name name) {
    return desk.serve(() -> {
      return desk.page(
          "backup-restored",
          new Values()
              .with("restore", RestoreLine.of(control.restoreFeature().api().require(name))));
    });
  }

  @POST
  @Path("restores/{restore}/retry")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response retry(@PathParam("restore") Name name) {
    return desk.serve(() -> {
      control.restoreFeature().retry(control.restoreFeature().api().require(name).uid());
      return Desk.to(Desk.HOME + "/restores/" + name);
    });
  }

  @POST
  @Path("restores/{restore}/cancel")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response cancel(@PathParam("restore") Name name) {
    return desk.serve(() -> {
      control.restoreFeature().cancel(control.restoreFeature().api().require(name));
      return Desk.to(Desk.HOME + "/restores/" + name);
    });
  }
}
