package io.homecloud.storage.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.api.Roles;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.storage.StorageControl;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.document.DocumentFeature.Written;
import io.homecloud.storage.pool.MountedPool;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBodySchema;
import org.jspecify.annotations.Nullable;

/** The HTTP door to what services keep on the pools. */
@Path(StorageKinds.API + "/documents/{service}/{name}")
@RolesAllowed(Roles.ADMINISTRATOR)
@RunOnVirtualThread
public class DocumentResource {
  private final StorageControl control;
  private final OtherDocuments others;

  DocumentResource(StorageControl control, OtherDocuments others) {
    this.control = control;
    this.others = others;
  }

  /**
   * What a service wants to keep.
   *
   * @param revision higher than that of the document before
   * @param content a JSON object
   */
  @Schema
  record Draft(@Nullable Long revision, @Nullable JsonNode content) {}

  /**
   * What a service keeps.
   *
   * @param own false when it is of another installation, whose pool was adopted: who wrote it may
   *     have said anything
   */
  @Schema
  record Document(Name service, Name name, long revision, boolean own, JsonNode content) {}

  /**
   * Where a document is now.
   *
   * @param pools identities of the pools on which it is
   * @param missing identities of the pools that could not be written
   */
  @Schema
  record Kept(long revision, List<String> pools, List<String> missing) {
    Kept and(Kept other) {
      return new Kept(revision, together(pools, other.pools()), together(missing, other.missing()));
    }

    private static List<String> together(List<String> some, List<String> others) {
      return Stream.concat(some.stream(), others.stream()).sorted().toList();
    }
  }

  /**
   * The newest document of that name on any pool, of whichever node.
   *
   * @param own false for the one of another installation
   */
  @GET
  public Document get(
      @PathParam("service") Name service,
      @PathParam("name") Name name,
      @QueryParam("own") @DefaultValue("true") boolean own,
      @Context HttpHeaders headers) {
    requireRead();
    ServiceDocument.Key key = new ServiceDocument.Key(service, name);
    Optional<ServiceDocument> here =
        own ? control.documentFeature().find(key) : control.documentFeature().ofOthers(key);
    ServiceDocument document =
        others
            .newest(key, own, here, headers.getRequestHeaders())
            .orElseThrow(
                () -> CommonProblem.NOT_FOUND.because("There is no document " + key + "."));
    return new Document(service, name, document.revision(), own, document.content());
  }

  /** Writes a document on every pool of every node; pools that come later are given it then. */
  @PUT
  @RequestBodySchema(Draft.class)
  public Kept put(
      @PathParam("service") Name service,
      @PathParam("name") Name name,
      String body,
      @Context HttpHeaders headers) {
    Draft draft = Bodies.parse(control.plane().json(), body, Draft.class);
    if (draft.revision() == null || draft.content() == null) {
      throw CommonProblem.BODY_INVALID.because("revision and content are needed.");
    }
    requireRead();
    ServiceDocument document = checked(service, name, draft);
    Written written = control.documentFeature().put(document);
    Kept here = new Kept(draft.revision(), ids(written.on()), ids(written.not()));
    return others.put(document, headers.getRequestHeaders()).stream().reduce(here, Kept::and);
  }

  private void requireRead() {
    control.adoptionFeature().requireLooked();
    ControlPlane plane = control.plane();
    control
        .documentFeature()
        .requireRead(plane.resources().all(StorageKinds.POOL, Selection.on(plane.node())));
  }

  private static ServiceDocument checked(Name service, Name name, Draft draft) {
    JsonNode content =
        draft.content() == null ? JsonNodeFactory.instance.nullNode() : draft.content();
    try {
      return new ServiceDocument(
          service, name, draft.revision() == null ? 0 : draft.revision(), content);
    } catch (IllegalArgumentException e) {
      throw StorageProblem.VALUE_INVALID.because("Not so: " + e.getMessage() + ".");
    }
  }

  private static List<String> ids(List<MountedPool> pools) {
    return pools.stream().map(pool -> pool.id().toString()).sorted().toList();
  }
}
