package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Kept;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.control.resource.Status;
import io.homecloud.control.wish.WishKeeper;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** What comes in by HTTP becomes a server-side apply before it is a row. */
final class RestDoor implements WishKeeper {
  private static final Logger LOG = Logger.getLogger(RestDoor.class);

  private final String service;
  private final Api api;
  private final Documents documents;
  private final ResourceStore rows;
  private final Map<CustomKind, World> worlds = new ConcurrentHashMap<>();

  RestDoor(String service, Api api, Documents documents, ResourceStore rows) {
    this.service = service;
    this.api = api;
    this.documents = documents;
    this.rows = rows;
  }

  private Optional<CustomKind> covering(Kind<?, ?> kind, Resource<?, ?> row) {
    return CustomKind.of(service, kind.name()).filter(custom -> custom.covers(row));
  }

  @Override
  public <S, T extends Status> Optional<Kept> created(Kind<S, T> kind, Resource<S, T> row) {
    return covering(kind, row).map(custom -> Telling.asked(() -> made(custom, row)));
  }

  private Kept made(CustomKind kind, Resource<?, ?> row) {
    World world = world(kind);
    String name = row.name().value();
    api.find(kind, name)
        .filter(there -> !Documents.identity(there.path("metadata")).equals(row.uid()))
        .ifPresent(_ -> {
          throw CommonProblem.NAME_TAKEN.because(
              "There is a custom resource " + kind.kind() + " called " + name + " already.");
        });
    return kept(world, api.apply(kind, name, documents.of(kind, row), Applied.MANAGER, false));
  }

  static Kept kept(World world, JsonNode document) {
    JsonNode metadata = document.path("metadata");
    return world.kept(metadata.path("uid").asText(), metadata.path("generation").asLong());
  }

  /** As it was once: when it has changed since, the leader notes the new one. */
  private World world(CustomKind kind) {
    return worlds.computeIfAbsent(
        kind,
        _ ->
            World.of(api, kind)
                .orElseThrow(() ->
                    CommonProblem.CLUSTER_AWAY.because(
                        "Its namespace or "
                            + kind.definition()
                            + " is not there, or is being deleted.")));
  }

  @Override
  public <S, T extends Status> Wish<S> changed(
      Kind<S, T> kind, Resource<S, T> before, Wish<S> wish) {
    Optional<CustomKind> custom = covering(kind, before);
    return custom.isEmpty() ? wish : Telling.asked(() -> changed(custom.get(), before, wish));
  }

  private <S> Wish<S> changed(CustomKind kind, Resource<S, ?> before, Wish<S> wish) {
    Optional<Kept> noted = rows.kept(before.uid());
    if (noted.filter(kept -> kept.place().equals(Rows.RELEASED)).isPresent()) {
      return wish;
    }
    String name = before.name().value();
    ObjectNode current =
        api.find(kind, name)
            .filter(there -> Documents.identity(there.path("metadata")).equals(before.uid()))
            // One that is on its way out is no place for what came back out of the trash.
            .filter(there ->
                !Documents.isLeaving(there)
                    || noted.filter(kept -> World.isOf(kept, there)).isPresent())
            .orElseThrow(() ->
                CommonProblem.CLUSTER_AWAY.because(
                    "It has no custom resource now. It gets one, or goes, in a moment; then try again."));
    ObjectNode bare = documents.bare(kind, name);
    bare.withObject("/metadata").put("uid", current.path("metadata").path("uid").asText());
    Applied applied =
        new Applied(current, bare)
            .spec(documents.tree(before.spec()), documents.tree(wish.spec()))
            .labels(documents.tree(before.metadata().labels()), documents.tree(wish.labels()))
            .annotations(current);
    if (!applied.anything()) {
      return wish;
    }
    Kept after = kept(world(kind), api.apply(kind, name, applied.body(), Applied.MANAGER, false));
    long seen = current.path("metadata").path("generation").asLong();
    boolean alone =
        noted.filter(kept -> kept.generation() == seen).isPresent()
            && after.generation() <= seen + 1;
    // What others have changed meanwhile is still to be copied: the leader sees that it is newer.
    return new Wish<>(
        wish.spec(),
        wish.labels(),
        alone ? after : new Kept(after.place(), after.generation() - 1));
  }

  @Override
  public void deleting(Kind<?, ?> kind, Resource<?, ?> row) {
    covering(kind, row)
        .ifPresent(custom -> Telling.asked(() -> api.find(custom, row.name().value())));
  }

  @Override
  public void deleted(Kind<?, ?> kind, Resource<?, ?> row) {
    Optional<Kept> kept = rows.kept(row.uid());
    if (kept.isEmpty() || kept.get().place().equals(Rows.RELEASED)) {
      return;
    }
    covering(kind, row)
        .ifPresent(custom -> {
          try {
            api.delete(custom, row.name().value(), World.uid(kept.get()));
          } catch (ApiAway | ApiRefused later) {
            LOG.infof(
                "the custom resource of %s %s is deleted later: %s",
                custom.kind(), row.name(), later.getMessage());
          }
        });
  }
}
