package io.homecloud.sharing.link;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.homecloud.control.Labels;
import io.homecloud.control.Name;
import io.homecloud.control.api.Asked;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Page;
import io.homecloud.control.api.Roles;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingKinds;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** The HTTP door to guest links: members see and make their own, administrators all. */
@Path(SharingKinds.API + "/guest-links")
@RolesAllowed({Roles.ADMINISTRATOR, Roles.MEMBER})
@RunOnVirtualThread
public class GuestLinkResource {
  private static final int LOG_LINES = 1000;

  private final SharingControl control;
  private final GuestLinks links;

  GuestLinkResource(SharingControl control) {
    this.control = control;
    this.links = control.guestLinks();
  }

  /**
   * A link as it is wished for.
   *
   * @param password that guests are asked for; none when absent
   */
  @JsonIgnoreProperties({"kind", "apiVersion", "status"})
  @Schema
  record NewLink(
      @Nullable NewMetadata metadata, @Nullable GuestLinkSpec spec, @Nullable String password) {
    @Override
    public String toString() {
      return "NewLink[" + metadata + "]";
    }
  }

  /**
   * What guests are asked for from now on.
   *
   * @param password 1 to 256 characters
   */
  @Schema
  record LinkPassword(@Nullable String password) {
    @Override
    public String toString() {
      return "LinkPassword[not shown]";
    }
  }

  /** What it is called. */
  @JsonIgnoreProperties({
    "uid",
    "generation",
    "revision",
    "creationTimestamp",
    "createdBy",
    "deletionTimestamp"
  })
  @Schema
  record NewMetadata(@Nullable Name name, @Nullable Map<String, String> labels) {
    NewMetadata {
      labels = labels == null ? null : Labels.checked(labels);
    }
  }

  /**
   * A link that was just made.
   *
   * @param url for guests; it is said now and never again
   * @param qr the same as an SVG picture
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema
  record Made(@JsonUnwrapped Resource<GuestLinkSpec, GuestLinkStatus> link, String url, String qr) {
    @Override
    public String toString() {
      return "Made[" + link.name() + "]";
    }
  }

  /** A page of links; of members their own. */
  @GET
  public Page<Resource<GuestLinkSpec, GuestLinkStatus>> list(
      @BeanParam Asked asked, @Context SecurityContext security) {
    return security.isUserInRole(Roles.ADMINISTRATOR)
        ? links.api().list(asked, Optional.empty())
        : Page.upTo(links.of(asked.subject()), null);
  }

  @GET
  @Path("{name}")
  public Response get(
      @BeanParam Asked asked, @Context SecurityContext security, @PathParam("name") Name name) {
    return links.api().get(mine(asked, security, name).name());
  }

  private Resource<GuestLinkSpec, GuestLinkStatus> mine(
      Asked asked, SecurityContext security, Name name) {
    return links.require(name, asked.subject(), security.isUserInRole(Roles.ADMINISTRATOR));
  }

  /** Makes a link. Its URL is in this answer alone. */
  @POST
  @RequestBodySchema(NewLink.class)
  @APIResponseSchema(value = Made.class, responseCode = "201")
  public Response create(@BeanParam Asked asked, @Context UriInfo uri, String body) {
    NewLink wished = Bodies.parse(control.plane().json(), body, NewLink.class);
    if (wished.metadata() == null || wished.metadata().name() == null) {
      throw CommonProblem.BODY_INVALID.because("metadata.name is missing.");
    }
    GuestLinkSpec spec = wished.spec();
    if (spec == null || spec.share() == null) {
      throw CommonProblem.BODY_INVALID.because("spec.share is missing.");
    }
    Map<String, String> labels = wished.metadata().labels();
    GuestLinks.Made made =
        links.make(
            asked,
            body,
            wished.metadata().name(),
            labels == null ? Map.of() : labels,
            spec,
            wished.password());
    String url = control.pageUrl(uri) + "/g/" + made.token();
    return Response.fromResponse(made.answer())
        .entity(new Made(made.link(), url, QrCode.svg(url)))
        .header("Cache-Control", "no-store")
        .build();
  }

  /** Replaces the wish for a link; its URL and its password stay. */
  @PUT
  @Path("{name}")
  public Response replace(
      @BeanParam Asked asked,
      @Context SecurityContext security,
      @PathParam("name") Name name,
      String body) {
    return links.api().replace(asked, mine(asked, security, name).name(), body);
  }

  /** Changes a link; what it may do is again what who made it may do. */
  @PATCH
  @Path("{name}")
  public Response patch(
      @BeanParam Asked asked,
      @Context SecurityContext security,
      @PathParam("name") Name name,
      String body) {
    return links.api().patch(asked, mine(asked, security, name).name(), body);
  }

  /**
   * Has guests asked for a password, or for another one than before; also those who came in before.
   */
  @PUT
  @Path("{name}/password")
  @RequestBodySchema(LinkPassword.class)
  @APIResponse(responseCode = "204", description = "Guests are asked for it now.")
  public Response password(
      @BeanParam Asked asked,
      @Context SecurityContext security,
      @PathParam("name") Name name,
      String body) {
    LinkPassword wished = Bodies.parse(control.plane().json(), body, LinkPassword.class);
    if (wished.password() == null) {
      throw CommonProblem.BODY_INVALID.because("password is missing.");
    }
    return ask(asked, mine(asked, security, name), wished.password());
  }

  /** Has nobody asked for a password any more. */
  @DELETE
  @Path("{name}/password")
  @APIResponse(responseCode = "204", description = "Nobody is asked for one now.")
  public Response withoutPassword(
      @BeanParam Asked asked, @Context SecurityContext security, @PathParam("name") Name name) {
    return ask(asked, mine(asked, security, name), null);
  }

  private Response ask(
      Asked asked, Resource<GuestLinkSpec, GuestLinkStatus> link, @Nullable String password) {
    links.change(asked, link, link.spec().expiresAt(), password, password == null);
    return Response.noContent().build();
  }

  /** Revokes a link: it opens nothing any more. */
  @DELETE
  @Path("{name}")
  public Response delete(
      @BeanParam Asked asked, @Context SecurityContext security, @PathParam("name") Name name) {
    return links.api().delete(asked, mine(asked, security, name).name());
  }

  /** What was done by a link, the newest first. */
  @GET
  @Path("{name}/log")
  public Page<LinkRecords.Line> log(
      @BeanParam Asked asked, @Context SecurityContext security, @PathParam("name") Name name) {
    return Page.upTo(links.records().log(mine(asked, security, name).uid(), LOG_LINES), null);
  }
}
