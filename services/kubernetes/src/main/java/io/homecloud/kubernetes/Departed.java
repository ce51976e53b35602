package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Kept;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.Status;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Rows without custom resource. One that never had one gets one. One whose resource is gone is let
 * go of, never destroyed; when that cannot be for some seconds, the resource comes back and says
 * why. While the namespace or the definition is away, nothing happens at all.
 */
final class Departed<S, T extends Status> {
  private static final Logger LOG = Logger.getLogger(Departed.class);

  /** Times two seconds: what is deleted together goes in any order. */
  private static final int ATTEMPTS = 5;

  /** What has become of a row. */
  enum Came {
    /** It has a custom resource again. */
    BACK,
    /** Nothing is to be done, or everything is. */
    SETTLED,
    /** It is to be looked at again. */
    LATER
  }

  private final CustomKind kind;
  private final Rows<S, T> rows;
  private final Api api;
  private final Documents documents;
  private final Told told;
  private final Runnable later;
  private final Map<UUID, Integer> waiting = new ConcurrentHashMap<>();

  /**
   * @param later calls {@link #lookAgain} in a moment
   */
  Departed(
      CustomKind kind, Rows<S, T> rows, Api api, Documents documents, Told told, Runnable later) {
    this.later = later;
    this.kind = kind;
    this.rows = rows;
    this.api = api;
    this.documents = documents;
    this.told = told;
  }

  /**
   * A custom resource is gone: looked at in a moment, for the operator loses one of that name that
   * is made meanwhile.
   */
  void gone(JsonNode document) {
    rows.find(Documents.identity(document.path("metadata")))
        .filter(row -> rows.kept(row.uid()).filter(kept -> World.isOf(kept, document)).isPresent())
        .ifPresent(this::waits);
  }

  private void waits(Resource<S, T> row) {
    waiting.putIfAbsent(row.uid(), 0);
    later.run();
  }

  /** Whether some have to be looked at again, after looking at them. */
  boolean lookAgain() {
    for (UUID uid : waiting.keySet()) {
      rows.find(uid).ifPresentOrElse(this::missing, () -> waiting.remove(uid));
    }
    return !waiting.isEmpty();
  }

  /** A row that no custom resource was seen of. */
  Came missing(Resource<S, T> row) {
    Came came = came(row);
    if (came != Came.LATER) {
      waiting.remove(row.uid());
    } else {
      waits(row);
    }
    return came;
  }

  private Came came(Resource<S, T> row) {
    Optional<Kept> kept = rows.kept(row.uid());
    if (row.deleting() || kept.filter(was -> was.place().equals(Rows.RELEASED)).isPresent()) {
      return Came.SETTLED;
    }
    Optional<World> world = World.of(api, kind);
    if (world.isEmpty()) {
      return Came.LATER;
    }
    Optional<? extends JsonNode> there = api.find(kind, row.name().value());
    if (there.isPresent()) {
      // Seen too early; or another one of that name, which waits for the name.
      boolean same =
          Documents.identity(there.get().path("metadata")).equals(row.uid())
              || kept.filter(was -> World.isOf(was, there.get())).isPresent();
      boolean never = kept.filter(world.get()::had).isEmpty();
      if (same || never) {
        return Came.SETTLED;
      }
    }
    if (kept.filter(world.get()::had).isEmpty()) {
      make(row, world.get());
      return Came.BACK;
    }
    return letGo(row, world.get(), there.isPresent());
  }

  private JsonNode make(Resource<S, T> row, World world) {
    JsonNode made =
        api.apply(kind, row.name().value(), documents.of(kind, row), Applied.MANAGER, false);
    var _ = rows.keep(row, RestDoor.kept(world, made));
    return made;
  }

  private Came letGo(Resource<S, T> row, World world, boolean another) {
    try {
      rows.letGo(row, kind.without());
      LOG.infof("%s %s has no custom resource any more and is let go of", kind.kind(), row.name());
      return Came.SETTLED;
    } catch (ProblemException problem) {
      int attempts = waiting.merge(row.uid(), 1, Integer::sum);
      if (attempts < ATTEMPTS || another) {
        return Came.LATER;
      }
      told.tell(
          make(row, world),
          "Warning",
          Refusals.reason(problem.code().word()),
          "It is needed still. " + problem.detail());
      return Came.BACK;
    }
  }
}
