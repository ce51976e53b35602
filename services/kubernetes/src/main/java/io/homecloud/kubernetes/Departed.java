package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Kept;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.Status;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
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

  /** Of its own node, which makes as many attempts as above when it is asked so often. */
  private static final int ATTEMPTS_ELSEWHERE = 2 * ATTEMPTS;

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
  private final Consumer<String> look;
  private final Runnable later;
  private final Map<UUID, Integer> waiting = new ConcurrentHashMap<>();

  /** Those of which the API server refuses the custom resource; that is said once. */
  private final Set<UUID> refused = ConcurrentHashMap.newKeySet();

  /** Names of those that are gone: another one may have been made meanwhile. */
  private final Set<String> names = ConcurrentHashMap.newKeySet();

  /** The uid that the API server gave to what was looked at last, by row. */
  private final Map<UUID, String> seen = new ConcurrentHashMap<>();

  /**
   * @param look has the custom resource of that name looked at
   * @param later calls {@link #lookAgain} in a moment
   */
  Departed(
      CustomKind kind,
      Rows<S, T> rows,
      Api api,
      Documents documents,
      Told told,
      Consumer<String> look,
      Runnable later) {
    this.look = look;
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
    seen.remove(Documents.identity(document.path("metadata")), place(document));
    rows.find(Documents.identity(document.path("metadata")))
        .filter(row -> rows.kept(row.uid()).filter(kept -> !World.isOf(kept, document)).isEmpty())
        .ifPresent(this::waits);
    names.add(document.path("metadata").path("name").asText());
    later.run();
  }

  private void waits(Resource<S, T> row) {
    waiting.putIfAbsent(row.uid(), 0);
    later.run();
  }

  /** The operator begins anew, and has seen nothing. */
  void begin() {
    seen.clear();
  }

  /** It is looked at now. */
  void here(UUID uid, JsonNode document) {
    seen.put(uid, place(document));
  }

  /** There is no such row any more. */
  void forget(UUID uid) {
    seen.remove(uid);
  }

  private static String place(JsonNode document) {
    return document.path("metadata").path("uid").asText();
  }

  /** Whether some have to be looked at again, after looking at them. */
  boolean lookAgain() {
    waiting.keySet().removeIf(this::isSeen);
    refused.retainAll(waiting.keySet());
    for (UUID uid : waiting.keySet()) {
      try {
        rows.find(uid).ifPresentOrElse(this::missing, () -> waiting.remove(uid));
      } catch (ApiRefused e) {
        // Of this one, which must not keep the others from coming back.
        if (refused.add(uid)) {
          LOG.warnf("%s %s has no custom resource: %s", kind.kind(), uid, e.getMessage());
        }
      }
    }
    names.removeIf(this::noneIsMissed);
    return !waiting.isEmpty() || !names.isEmpty();
  }

  /** Whether what has that name by now, with a row or without, has been looked at. */
  private boolean noneIsMissed(String name) {
    Optional<? extends JsonNode> there = api.find(kind, name);
    boolean missed =
        there
            .filter(document ->
                !place(document).equals(seen.get(Documents.identity(document.path("metadata")))))
            .isPresent();
    if (missed) {
      look.accept(name);
    }
    return !missed;
  }

  private boolean isSeen(UUID row) {
    return rows.kept(row).map(World::uid).filter(place -> place.equals(seen.get(row))).isPresent();
  }

  /** A row that no custom resource was seen of. */
  Came missing(Resource<S, T> row) {
    Came came = came(row);
    switch (came) {
      case SETTLED -> waiting.remove(row.uid());
      case LATER -> waits(row);
      case BACK -> {
        // Until the operator has seen what was made.
        waiting.put(row.uid(), 0);
        later.run();
      }
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
    if (there.filter(document -> isOf(row, kept, document)).isEmpty()) {
      seen.remove(row.uid());
    } else if (place(there.get()).equals(seen.get(row.uid()))) {
      return Came.SETTLED;
    } else {
      // The operator has not come to it yet, or has lost it while it saw another one out.
      look.accept(row.name().value());
      return Came.LATER;
    }
    boolean never = kept.filter(world.get()::had).isEmpty();
    if (never && there.isPresent()) {
      return Came.SETTLED; // another one of that name, which waits for the name
    }
    if (never) {
      make(row, world.get());
      return Came.BACK;
    }
    return letGo(row, world.get(), there.isPresent());
  }

  private boolean isOf(Resource<S, T> row, Optional<Kept> kept, JsonNode document) {
    return Documents.identity(document.path("metadata")).equals(row.uid())
        || kept.filter(was -> World.isOf(was, document)).isPresent();
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
      boolean elsewhere = problem.code() == CommonProblem.NOT_OF_THIS_NODE;
      if (elsewhere) {
        rows.handOver(kind, row.name().value());
      }
      int attempts = waiting.merge(row.uid(), 1, Integer::sum);
      if (attempts < (elsewhere ? ATTEMPTS_ELSEWHERE : ATTEMPTS) || another) {
        return Came.LATER;
      }
      told.tell(
          make(row, world),
          "Warning",
          Refusals.reason((elsewhere ? CommonProblem.NODE_AWAY : problem.code()).word()),
          (elsewhere ? "Its node has not answered. " : "It is needed still. ") + problem.detail());
      return Came.BACK;
    }
  }
}
