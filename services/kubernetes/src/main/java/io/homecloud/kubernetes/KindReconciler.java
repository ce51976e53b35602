package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Kept;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.Status;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One kind: what a custom resource wishes becomes a row if that may be, and what was observed of
 * the row becomes the resource's status.
 */
final class KindReconciler<S, T extends Status, R extends HomecloudResource>
    implements Reconciler<R> {
  private static final Logger LOG = Logger.getLogger(KindReconciler.class);
  private static final String TRASH = "Trash";

  private static final Duration REFUSED = Duration.ofSeconds(30);
  private static final Duration BUSY = Duration.ofSeconds(5);

  private final CustomKind kind;
  private final Rows<S, T> rows;
  private final Api api;
  private final Documents documents;
  private final Marks marks;
  private final Told told;
  private final Class<R> type;
  private final BooleanSupplier leads;
  private final Departed<S, T> departed;
  private final Map<UUID, String> known = new ConcurrentHashMap<>();
  private final Set<ResourceID> refused = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Looks<R> looks;
  private volatile @Nullable IndexerResourceCache<R> cache;

  KindReconciler(
      CustomKind kind,
      Rows<S, T> rows,
      Api api,
      Documents documents,
      Told told,
      Class<R> type,
      BooleanSupplier leads,
      Runnable later) {
    this.kind = kind;
    this.rows = rows;
    this.api = api;
    this.documents = documents;
    this.marks = new Marks(api, kind, rows.service());
    this.told = told;
    this.type = type;
    this.leads = leads;
    this.departed =
        new Departed<>(
            kind,
            rows,
            api,
            documents,
            told,
            name -> look(new ResourceID(name, api.namespace())),
            later);
  }

  CustomKind kind() {
    return kind;
  }

  Class<R> type() {
    return type;
  }

  @Override
  public List<EventSource<?, R>> prepareEventSources(EventSourceContext<R> context) {
    Looks<R> source = new Looks<>();
    looks = source;
    cache = context.getPrimaryCache();
    departed.begin();
    return List.of(source);
  }

  @Override
  public UpdateControl<R> reconcile(R resource, Context<R> context) {
    if (!leads.getAsBoolean()) {
      return UpdateControl.<R>noUpdate().rescheduleAfter(BUSY);
    }
    ObjectNode document = documents.tree(resource);
    if (context.isPrimaryResourceDeleted()) {
      rows.forgetGone(document);
      departed.gone(document);
      return UpdateControl.noUpdate();
    }
    departed.here(Documents.identity(document.path("metadata")), document);
    return Documents.isLeaving(document) ? leaving(document) : here(document);
  }

  private UpdateControl<R> here(ObjectNode document) {
    JsonNode metadata = document.path("metadata");
    ResourceID id = new ResourceID(name(document), api.namespace());
    World world = World.of(api, kind).orElse(null);
    if (world == null) {
      return UpdateControl.<R>noUpdate().rescheduleAfter(BUSY);
    }
    UUID uid = Documents.identity(metadata);
    Optional<Resource<S, T>> row = rows.find(uid);
    if (row.filter(found -> isNamed(found, document)).isEmpty() && rows.isGone(document)) {
      goes(document);
      return UpdateControl.noUpdate();
    }
    marks.finalizer(document, isForTrash(document));
    if (row.isEmpty()) {
      Optional<Resource<S, T>> namesake = rows.named(name(document));
      if (namesake.isPresent() && rows.mayBe(namesake.get(), document, world)) {
        marks.identity(document, namesake.get().uid());
        return UpdateControl.noUpdate(); // it comes back with the annotation
      }
      // This one has the name now, so that the one before is gone, seen or not.
      namesake.ifPresent(departed::missing);
    }
    if (row.isPresent() && rows.isReplaced(row.get(), document)) {
      api.delete(kind, name(document), metadata.path("uid").asText());
      return UpdateControl.noUpdate(); // when it is gone another one is made of the row
    }
    try {
      Resource<S, T> now = copied(document, uid, RestDoor.kept(world, document));
      known.put(now.uid(), name(document));
      refused.remove(id);
      if (row.isEmpty()) {
        told.notRepeated(document, now);
      }
      mirror(document, now.status() == null ? null : documents.tree(now.status()));
      return UpdateControl.noUpdate();
    } catch (ProblemException problem) {
      notTaken(document, row, problem);
      return UpdateControl.<R>noUpdate().rescheduleAfter(REFUSED);
    }
  }

  /** Says why, or has the instance say it that can judge it. */
  private void notTaken(
      ObjectNode document, Optional<Resource<S, T>> row, ProblemException problem) {
    boolean first = refused.add(new ResourceID(name(document), api.namespace()));
    if (problem.code() != CommonProblem.NOT_OF_THIS_NODE) {
      refuse(document, row, problem);
      return;
    }
    if (row.isEmpty() || !first) {
      waiting(document, row, problem);
    }
    rows.handOver(kind, name(document));
  }

  /** What its own node says of it stands; before that is known, that it waits for that. */
  private void waiting(
      ObjectNode document, Optional<Resource<S, T>> row, ProblemException problem) {
    if (!Refusals.isJudged(document)) {
      refuse(
          document,
          row,
          CommonProblem.NODE_AWAY.because(
              "The node that has it has to look at it and has not answered yet: "
                  + problem.detail()));
    }
  }

  /** Says why its newest wish cannot be, beside what is known of its row. */
  private void refuse(ObjectNode document, Optional<Resource<S, T>> row, ProblemException problem) {
    if (row.isEmpty() && rows.ended(document).isPresent()) {
      return; // without what it says of its end it would be carried out again some day
    }
    mirror(
        document,
        Refusals.status(document, row.map(Resource::status).map(documents::tree), problem));
  }

  /** Does what the leader on another node cannot, if what has that name is of this one. */
  void admitHere(String name) {
    ObjectNode document = api.find(kind, name).orElse(null);
    Optional<Resource<S, T>> left =
        rows.named(name)
            .filter(rows::isHere)
            .filter(row ->
                document == null
                    || !Documents.identity(document.path("metadata")).equals(row.uid()));
    left.ifPresent(departed::missing);
    World world = World.of(api, kind).orElse(null);
    if (document == null || left.isPresent() || world == null) {
      return;
    }
    UUID uid = Documents.identity(document.path("metadata"));
    try {
      if (Documents.isLeaving(document)) {
        own(document)
            .filter(row -> isForTrash(document) && !row.deleting() && !rows.isBack(row, document))
            .ifPresent(rows::delete);
      } else {
        var _ = copied(document, uid, RestDoor.kept(world, document));
      }
    } catch (ProblemException problem) {
      if (problem.code() != CommonProblem.NOT_OF_THIS_NODE) {
        refuse(document, rows.find(uid), problem);
      }
    }
  }

  private Resource<S, T> copied(ObjectNode document, UUID uid, Kept kept) {
    try {
      return rows.find(uid).isPresent()
          ? rows.alone(uid, (row, noted) -> copied(document, row, noted, kept))
          : rows.create(uid, document, kept);
    } catch (ProblemException problem) {
      // It came in by HTTP, and its row was not committed yet.
      Resource<S, T> row = rows.find(uid).orElseThrow(() -> problem);
      if (kept.equals(rows.kept(uid).orElse(null))) {
        return row;
      }
      throw problem;
    }
  }

  /** While nobody else changes the row. */
  private Resource<S, T> copied(
      ObjectNode document, Resource<S, T> row, Optional<Kept> noted, Kept kept) {
    if (!isNamed(row, document)) {
      throw CommonProblem.FIELD_IMMUTABLE.because(
          "The uid " + row.uid() + " is that of " + row.name() + "; a name cannot be changed.");
    }
    boolean older =
        noted
            .filter(was -> was.place().equals(kept.place()))
            .filter(was -> was.generation() > kept.generation())
            .isPresent();
    if (older || row.deleting()) {
      return row; // what came in by HTTP was faster; the newer one comes here too
    }
    boolean copied = noted.filter(kept::equals).isPresent();
    if (copied && kept.generation() != row.metadata().generation()) {
      return pushed(document, row);
    }
    boolean labelled = Documents.labels(document.path("metadata")).equals(row.metadata().labels());
    if (copied && labelled) {
      return row;
    }
    try {
      return rows.change(row, document, kept);
    } catch (ProblemException problem) {
      boolean fixed = problem.code() == CommonProblem.FIELD_IMMUTABLE;
      if (!fixed || noted.isPresent() || !Rows.isAdopted(row)) {
        throw problem;
      }
      // Its disks are where they are, whatever was wished before they were carried there.
      return pushed(document, row);
    }
  }

  /** What a service has changed of a wish by itself, for example disks that were added. */
  private Resource<S, T> pushed(ObjectNode document, Resource<S, T> row) {
    ObjectNode bare = documents.bare(kind, name(document));
    bare.withObject("/metadata").put("uid", document.path("metadata").path("uid").asText());
    Applied applied =
        new Applied(document, bare)
            .spec(
                documents.tree(Objects.requireNonNull(rows.spec(document))),
                documents.tree(row.spec()))
            .labels(
                documents.tree(Documents.labels(document.path("metadata"))),
                documents.tree(row.metadata().labels()))
            .annotations(document);
    JsonNode after;
    try {
      after = api.apply(kind, name(document), applied.forced(), Applied.MANAGER, true);
    } catch (ApiRefused fixed) {
      if (!fixed.isFixed()) {
        throw fixed;
      }
      LOG.infof("%s %s is made anew: %s", kind.kind(), row.name(), fixed.getMessage());
      return rows.keep(row, Rows.replaced(document, row));
    }
    applied.overruled().forEach(field -> told.overruled(document, field));
    World world = World.of(api, kind).orElseThrow(() -> new ApiAway("its definition is gone"));
    return rows.keep(row, RestDoor.kept(world, after));
  }

  private void mirror(ObjectNode document, @Nullable ObjectNode observed) {
    ObjectNode status = observed == null ? null : Documents.withoutEmpty(observed);
    if (status == null || status.equals(document.path("status"))) {
      return;
    }
    ObjectNode body = documents.bare(kind, name(document));
    body.set("status", status);
    try {
      var _ = api.applyStatus(kind, name(document), body, "homecloud-" + rows.service());
    } catch (ApiRefused gone) {
      if (gone.code() == ApiRefused.NOT_FOUND) {
        return;
      }
      throw gone;
    }
    told.transitions(document, document.path("status"), status);
  }

  /** It is being deleted, and waits for what a finalizer says. */
  private UpdateControl<R> leaving(ObjectNode document) {
    if (!Marks.hasFinalizer(document)) {
      return UpdateControl.noUpdate();
    }
    Optional<Resource<S, T>> row = own(document);
    boolean trash = isForTrash(document) && World.of(api, kind).isPresent();
    if (row.isEmpty() || (!row.get().deleting() && (!trash || rows.isBack(row.get(), document)))) {
      marks.finalizer(document, false);
      return UpdateControl.noUpdate();
    }
    known.put(row.get().uid(), name(document));
    if (!row.get().deleting()) {
      try {
        rows.delete(row.get());
      } catch (ProblemException problem) {
        notTaken(document, row, problem);
        return UpdateControl.<R>noUpdate().rescheduleAfter(BUSY);
      }
    }
    refused.remove(new ResourceID(name(document), api.namespace()));
    mirror(document, row.map(Resource::status).map(documents::tree).orElse(null));
    return UpdateControl.noUpdate();
  }

  /**
   * The row that it is the wish of. A copy of a manifest can have the annotation of another one's.
   */
  private Optional<Resource<S, T>> own(ObjectNode document) {
    return rows.find(Documents.identity(document.path("metadata")))
        .filter(found -> isNamed(found, document));
  }

  private static boolean isNamed(Resource<?, ?> row, JsonNode document) {
    return row.name().value().equals(name(document));
  }

  private static boolean isForTrash(JsonNode document) {
    return document.path("spec").path("deletionPolicy").asText().equals(TRASH);
  }

  private static String name(JsonNode document) {
    return document.path("metadata").path("name").asText();
  }

  /**
   * A row has changed: its resource is looked at, or made.
   *
   * @return whether it was made, so that there may be more of them
   */
  boolean rowChanged(UUID uid) {
    Resource<S, T> row = rows.find(uid).orElse(null);
    if (row == null || !kind.covers(row)) {
      return false;
    }
    ResourceID id = new ResourceID(row.name().value(), api.namespace());
    String before = known.get(uid);
    if (before != null && !before.equals(row.name().value())) {
      // It came back out of the trash under another name.
      look(new ResourceID(before, api.namespace()));
    }
    if (cached(id).isPresent()) {
      look(id);
      return false;
    }
    return departed.missing(row) == Departed.Came.BACK && kind == CustomKind.POOL;
  }

  /** There is no such row of this kind any more; a resource that it had goes too. */
  void rowGone(UUID uid) {
    departed.forget(uid);
    String name = known.get(uid);
    if (name == null) {
      return;
    }
    ResourceID id = new ResourceID(name, api.namespace());
    cached(id)
        .map(documents::tree)
        .filter(document -> Documents.identity(document.path("metadata")).equals(uid))
        .ifPresent(document -> {
          if (Documents.isLeaving(document)) {
            look(id);
          } else {
            goes(document);
          }
        });
    // Not before: while the API does not answer, this is called again.
    boolean _ = known.remove(uid, name);
  }

  /** It goes after its row, and nothing is done about what it is the wish of. */
  private void goes(ObjectNode document) {
    marks.finalizer(document, false);
    api.delete(kind, name(document), document.path("metadata").path("uid").asText());
  }

  /** What was refused for want of something may be possible now. */
  void tryRefused() {
    refused.forEach(this::look);
  }

  /**
   * Looks at all rows, for what was missed while nobody led.
   *
   * @return those that were here and are no more
   */
  Set<UUID> sweep() {
    Set<UUID> gone = new HashSet<>(known.keySet());
    for (Resource<S, T> row : rows.all()) {
      gone.remove(row.uid());
      if (kind.covers(row)) {
        try {
          boolean _ = rowChanged(row.uid());
        } catch (ApiRefused e) {
          LOG.warnf("%s %s has no custom resource: %s", kind.kind(), row.name(), e.getMessage());
        }
      }
    }
    return gone;
  }

  /** Looks again at those that were missing; whether some still are. */
  boolean comeBack() {
    return departed.lookAgain();
  }

  private Optional<R> cached(ResourceID id) {
    IndexerResourceCache<R> resources = cache;
    return resources == null ? Optional.empty() : resources.get(id);
  }

  private void look(ResourceID id) {
    Looks<R> source = looks;
    if (source != null) {
      cached(id).ifPresent(source::look);
    }
  }
}
