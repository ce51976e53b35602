package io.homecloud.sharing.link;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Resource;
import io.homecloud.pages.Pages;
import io.homecloud.pages.Pages.Values;
import io.homecloud.pages.ReadableSize;
import io.homecloud.pages.ReadableTime;
import io.homecloud.pages.Visitor;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.signin.Renewal;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Where people who live here make links for guests, look after them and take them back. */
@Path("/links")
@PermitAll
@RunOnVirtualThread
public class MemberPages {
  private static final int LOG_LINES = 20;

  private final SharingControl control;
  private final GuestLinks links;
  private final Pages pages;
  private final Visitor visitor;
  private final Renewal renewal;

  MemberPages(SharingControl control, Pages pages, Visitor visitor) {
    this.control = control;
    this.links = control.guestLinks();
    this.pages = pages;
    this.visitor = visitor;
    this.renewal = new Renewal(control.people().signIn());
  }

  /**
   * A link in the list.
   *
   * @param state what has become of it
   * @param open whether it opens anything
   * @param news what has come since its maker looked last; empty for nothing
   * @param marks what else there is to it
   * @param until the last day on which it opens something; empty when there is none
   * @param password whether guests are asked for one
   */
  public record Line(
      String name,
      String title,
      String icon,
      String what,
      String state,
      boolean open,
      String news,
      List<String> marks,
      String until,
      boolean password,
      List<Done> log) {}

  /** What a guest did. */
  public record Done(String at, String what, String address) {}

  /** The link that was just made. */
  public record New(String url, String picture) {}

  @GET
  @Operation(hidden = true)
  public Response show() {
    Optional<String> who = visitor.account();
    return who.isEmpty() ? signIn() : page(200, who.get(), LinkForm.EMPTY, null, null).build();
  }

  private static Response signIn() {
    return Response.seeOther(URI.create("/sign-in?to=/links")).build();
  }

  private interface Deed {
    Response.ResponseBuilder done(String who);
  }

  /** Does it for who is signed in, or was when the page came: no click on an old page is lost. */
  private Response serve(Asked asked, HttpServerRequest request, Deed deed) {
    Optional<String> who = visitor.account();
    if (who.isPresent()) {
      return done(who.get(), deed).build();
    }
    Optional<Renewal.Renewed> renewed = renewal.of(request);
    if (renewed.isEmpty()) {
      return signIn();
    }
    String account = renewed.get().account();
    asked.by(account);
    return done(account, deed).cookie(renewed.get().cookies().toArray(NewCookie[]::new)).build();
  }

  private Response.ResponseBuilder done(String who, Deed deed) {
    try {
      return deed.done(who);
    } catch (ProblemException e) {
      return page(e.code().status(), who, LinkForm.EMPTY, null, e.detail());
    }
  }

  private Response.ResponseBuilder page(
      int status, String who, LinkForm form, @Nullable New made, @Nullable String said) {
    return pages.page(
        status,
        "links",
        new Values()
            .with("account", who)
            .with(
                "links",
                links.of(who).stream().filter(link -> !link.deleting()).map(this::line).toList())
            .with("shares", links.sharesOf(who))
            .with("form", form)
            .with("made", made)
            .with("said", said));
  }

  private Line line(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    GuestLinkSpec spec = link.spec();
    String may =
        switch (spec.mode()) {
          case VIEW -> "look at ";
          case DOWNLOAD -> "download from ";
          case UPLOAD -> "bring files to ";
        };
    String icon =
        switch (spec.mode()) {
          case VIEW -> "eye";
          case DOWNLOAD -> "download";
          case UPLOAD -> "upload";
        };
    return new Line(
        link.name().value(),
        GuestLinks.title(link),
        icon,
        may
            + spec.share()
            + (spec.paths().equals(List.of("")) ? "" : ": " + String.join(", ", spec.paths())),
        state(link),
        link.ready() || link.status() == null,
        news(link),
        marks(link),
        LinkForm.day(spec.expiresAt()),
        link.status() != null && link.status().password(),
        links.records().log(link.uid(), LOG_LINES).stream()
            .map(line ->
                new Done(
                    ReadableTime.minute(line.at()),
                    (line.what() + " " + line.path()).strip(),
                    line.address()))
            .toList());
  }

  private String news(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    int news = link.spec().mode() == LinkMode.UPLOAD ? links.records().news(link.uid()) : 0;
    return switch (news) {
      case 0 -> "";
      case 1 -> "1 new file";
      default -> news + " new files";
    };
  }

  private static String state(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    GuestLinkStatus status = link.status();
    if (status == null) {
      return "just made";
    }
    Optional<Condition> ready = Conditions.find(status.conditions(), Condition.READY);
    if (!link.ready() && ready.isPresent()) {
      return ready.get().message();
    }
    Integer most = link.spec().maxUses();
    String visitors = status.uses() == 1 ? "1 visitor" : status.uses() + " visitors";
    return most == null ? visitors : status.uses() + " of " + most + " visitors";
  }

  private static List<String> marks(Resource<GuestLinkSpec, GuestLinkStatus> link) {
    List<String> marks = new ArrayList<>();
    GuestLinkStatus status = link.status();
    if (status != null && status.files() > 0) {
      marks.add(
          (status.files() == 1 ? "1 file, " : status.files() + " files, ")
              + ReadableSize.of(status.bytes().bytes())
              + " brought");
    }
    LinkLimits limits = link.spec().limitsOrNone();
    limits.most().ifPresent(most -> marks.add("at most " + most));
    if (!limits.types().isEmpty()) {
      marks.add("only " + String.join(", ", limits.types()));
    }
    if (link.spec().expiresAt() != null) {
      marks.add("until " + ReadableTime.minute(link.spec().expiresAt()));
    }
    if (status != null && status.password()) {
      marks.add("with a password");
    }
    return marks;
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response make(
      @BeanParam Asked asked,
      @FormParam("title") @Nullable String title,
      @FormParam("share") @Nullable String share,
      @FormParam("mode") @Nullable String mode,
      @FormParam("paths") @Nullable String paths,
      @FormParam("days") @Nullable String days,
      @FormParam("uses") @Nullable String uses,
      @FormParam("bytes") @Nullable String bytes,
      @FormParam("files") @Nullable String files,
      @FormParam("types") @Nullable String types,
      @FormParam("password") @Nullable String password,
      @Context UriInfo uri,
      @Context HttpServerRequest request) {
    LinkForm form =
        new LinkForm(
            LinkForm.text(title),
            LinkForm.text(share),
            LinkForm.text(mode),
            LinkForm.text(paths),
            LinkForm.text(days),
            LinkForm.text(uses),
            LinkForm.text(bytes),
            LinkForm.text(files),
            LinkForm.text(types));
    return serve(
        asked,
        request,
        who -> made(who, asked, form, LinkForm.text(password), control.pageUrl(uri)));
  }

  private Response.ResponseBuilder made(
      String who, Asked asked, LinkForm form, String password, String home) {
    try {
      GuestLinks.Made made =
          links.make(
              asked,
              "",
              new Name("link-" + UUID.randomUUID().toString().substring(0, 13)),
              Map.of(),
              form.spec(links.clock().instant()),
              password.isEmpty() ? null : password);
      String url = home + "/g/" + made.token();
      String picture =
          "data:image/svg+xml;base64,"
              + Base64.getEncoder()
                  .encodeToString(QrCode.svg(url).getBytes(StandardCharsets.UTF_8));
      return page(201, who, LinkForm.EMPTY, new New(url, picture), null);
    } catch (ProblemException e) {
      return page(e.code().status(), who, form, null, e.detail());
    }
  }

  /** Changes until when it is open, and its password. */
  @POST
  @Path("{name}/change")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response change(
      @BeanParam Asked asked,
      @PathParam("name") Name name,
      @FormParam("until") @Nullable String until,
      @FormParam("password") @Nullable String password,
      @FormParam("open") @Nullable String open,
      @Context HttpServerRequest request) {
    return serve(
        asked,
        request,
        who -> {
          var link = links.require(name, who, false);
          Instant end =
              LinkForm.end(LinkForm.text(until), link.spec().expiresAt(), links.clock().instant());
          String wished = LinkForm.text(password);
          links.change(asked, link, end, wished.isEmpty() ? null : wished, open != null);
          return Response.seeOther(URI.create("/links"));
        });
  }

  @POST
  @Path("{name}/revoke")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response revoke(
      @BeanParam Asked asked, @PathParam("name") Name name, @Context HttpServerRequest request) {
    return serve(
        asked,
        request,
        who -> {
          var _ = links.api().delete(asked, links.require(name, who, false).name());
          return Response.seeOther(URI.create("/links"));
        });
  }
}
