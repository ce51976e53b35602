package io.homecloud.sharing.link;

import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.pages.Pages;
import io.homecloud.pages.Pages.Values;
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
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Where people who live here make links for guests, look after them and take them back. */
@Path("/links")
@PermitAll
@RunOnVirtualThread
public class MemberPages {
  private static final Pattern ONCE = Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}");

  private static final String MADE_BEFORE =
      "This link has been made already: it is in the list. Its address was shown then and is kept "
          + "nowhere. If you have not got it, make another link, and take that one back.";

  private final SharingControl control;
  private final GuestLinks links;
  private final LinkLines lines;
  private final Pages pages;
  private final Visitor visitor;
  private final FilePicker picker;
  private final Renewal renewal;

  MemberPages(SharingControl control, Pages pages, Visitor visitor) {
    this.control = control;
    this.links = control.guestLinks();
    this.lines = new LinkLines(links);
    this.pages = pages;
    this.visitor = visitor;
    this.picker = new FilePicker(links, pages);
    this.renewal = new Renewal(control.people().signIn());
  }

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
      return said(e.code().status(), who, LinkLine.Refused.NONE, e.detail());
    }
  }

  /**
   * The page.
   *
   * @param refused why no link was made by the form
   */
  private Response.ResponseBuilder page(
      int status, String who, LinkForm form, @Nullable New made, @Nullable String refused) {
    return page(
        status,
        who,
        LinkLine.Refused.NONE,
        new Values()
            .with("form", form)
            .with("made", made)
            .with("refused", refused)
            .with("said", null));
  }

  private Response.ResponseBuilder page(
      int status, String who, LinkLine.Refused change, Values values) {
    List<LinkLine> all = lines.of(who, change);
    return pages.page(
        status,
        "links",
        values
            .with("account", who)
            .with("links", all.stream().filter(LinkLine::stands).toList())
            .with("ended", all.stream().filter(line -> !line.stands()).toList())
            .with("once", fresh())
            .with("shares", links.sharesOf(who)));
  }

  private Response.ResponseBuilder said(
      int status, String who, LinkLine.Refused change, @Nullable String said) {
    return page(
        status,
        who,
        change,
        new Values()
            .with("form", LinkForm.EMPTY)
            .with("made", null)
            .with("refused", null)
            .with("said", said));
  }

  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response make(
      @QueryParam("once") @Nullable String once,
      @BeanParam Asked asked,
      @Context UriInfo uri,
      @Context HttpServerRequest request,
      String sent) {
    LinkForm form = LinkForm.read(FormFields.read(sent));
    return serve(asked, request, who -> made(who, asked, name(once), form, control.pageUrl(uri)));
  }

  private Response.ResponseBuilder made(
      String who, Asked asked, Name name, LinkForm form, String home) {
    if (links.of(who).stream().anyMatch(link -> link.name().equals(name))) {
      return page(409, who, form, null, MADE_BEFORE);
    }
    try {
      GuestLinks.Made made =
          links.make(
              asked,
              "",
              name,
              Map.of(),
              form.spec(links.clock().instant()),
              form.password().isEmpty() ? null : form.password());
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

  private static String fresh() {
    return UUID.randomUUID().toString().substring(0, 13);
  }

  /** Of the link of a form: another one each time that the page is shown. */
  private static Name name(@Nullable String once) {
    return new Name("link-" + (once != null && ONCE.matcher(once).matches() ? once : fresh()));
  }

  /** Shows a directory of the share, to choose in it what the link is to. */
  @POST
  @Path("choose")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response choose(
      @BeanParam Asked asked,
      @QueryParam("from") @Nullable String from,
      @Context HttpServerRequest request,
      String sent) {
    FormFields fields = FormFields.read(sent);
    return serve(asked, request, who -> choosing(who, fields, from));
  }

  private Response.ResponseBuilder choosing(String who, FormFields fields, @Nullable String from) {
    try {
      return picker.page(who, fields, from);
    } catch (ProblemException e) {
      return page(e.code().status(), who, picker.form(fields), null, e.detail());
    }
  }

  /** Back to the form, with what was chosen or as it was; not before a link takes it. */
  @POST
  @Path("chosen")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Operation(hidden = true)
  public Response chosen(@BeanParam Asked asked, @Context HttpServerRequest request, String sent) {
    FormFields fields = FormFields.read(sent);
    LinkForm form = fields.has("use") ? picker.form(fields) : LinkForm.read(fields);
    return serve(
        asked,
        request,
        who ->
            fields.has("use") && picker.said(fields) != null
                ? choosing(who, fields, null)
                : page(200, who, form, null, null));
  }

  /** Whoever opens the address of one of these pages by itself has no form that it belongs to. */
  @GET
  @Path("{page:choose|chosen}")
  @Operation(hidden = true)
  public Response begin() {
    return Response.seeOther(URI.create("/links")).build();
  }

  /** A small picture of a file that can be chosen. */
  @GET
  @Path("small/{share}/{path:.*}")
  @Operation(hidden = true)
  public Response small(
      @PathParam("share") Name share,
      @HeaderParam("If-None-Match") @Nullable String known,
      @Context UriInfo uri) {
    return picker.small(visitor.account(), share, uri.getRequestUri().getRawPath(), known).build();
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
          String day = LinkForm.text(until);
          String wished = LinkForm.text(password);
          try {
            Instant end = LinkForm.end(day, link.spec().expiresAt(), links.clock().instant());
            links.change(asked, link, end, wished.isEmpty() ? null : wished, open != null);
            return Response.seeOther(URI.create("/links"));
          } catch (ProblemException e) {
            LinkLine.Refused change =
                new LinkLine.Refused(name.value(), day, wished, open != null, e.detail());
            return said(e.code().status(), who, change, null);
          }
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
