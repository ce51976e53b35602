package io.homecloud.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Labels;
import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.api.Bodies;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kept;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.control.resource.Status;
import io.homecloud.control.wish.KindOffer;
import io.homecloud.events.database.Signal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/** The rows of one kind, as the operators see them. What may not be is a problem, as by HTTP. */
final class Rows<S, T extends Status> {
  /** In place of a custom resource: there was one, and none is made again. */
  static final String RELEASED = "released";

  /** In place of a custom resource, before its uid: it goes, and another one is made of the row. */
  private static final String REPLACED = "replaced/";

  private final ControlPlane plane;
  private final Kind<S, T> kind;
  private final Admission<S, T> admission;

  Rows(ControlPlane plane, KindOffer<S, T> offer) {
    this.plane = plane;
    this.kind = offer.kind();
    this.admission = offer.admission();
  }

  String service() {
    return plane.service();
  }

  /** Whether it is of the node of this instance. */
  boolean isHere(Resource<S, T> row) {
    return row.node().equals(plane.node());
  }

  /**
   * Has the instance of another node look at a custom resource, or at that there is none, which
   * only it can judge.
   */
  void handOver(CustomKind custom, String name) {
    plane
        .database()
        .useTransaction(
            transaction -> transaction.signal(Signal.Topic.ADMIT, custom.name() + "/" + name));
  }

  Optional<Resource<S, T>> find(UUID uid) {
    return plane.resources().find(kind, uid);
  }

  /** Empty also for what no row can be called. */
  Optional<Resource<S, T>> named(String name) {
    return Name.valid(name) ? plane.resources().find(kind, new Name(name)) : Optional.empty();
  }

  /**
   * A row of that name that no other custom resource has is the same thing, also when somebody has
   * taken the annotation away that says so.
   */
  boolean mayBe(Resource<S, T> namesake, JsonNode document, World world) {
    return !namesake.deleting()
        && kept(namesake.uid())
            .filter(kept -> !kept.place().equals(RELEASED) && world.had(kept))
            .filter(kept -> !World.isOf(kept, document))
            .isEmpty();
  }

  List<Resource<S, T>> all() {
    return plane.resources().all(kind, Selection.ALL);
  }

  Optional<Kept> kept(UUID uid) {
    return plane.resources().kept(uid);
  }

  /** Does something about a row that is there while nobody else changes it. */
  Resource<S, T> alone(UUID uid, BiFunction<Resource<S, T>, Optional<Kept>, Resource<S, T>> work) {
    return plane
        .database()
        .inTransaction(transaction ->
            plane
                .resources()
                .lock(transaction.handle(), kind, uid)
                .map(row -> work.apply(row, kept(uid)))
                .orElseThrow(() -> CommonProblem.NOT_FOUND.because("It was deleted meanwhile.")));
  }

  S spec(JsonNode document) {
    JsonNode spec = document.path("spec");
    return Bodies.parse(plane.json(), spec.isMissingNode() ? "{}" : spec.toString(), kind.spec());
  }

  /** What was observed of a custom resource that was carried out once and for all. */
  Optional<T> ended(JsonNode document) {
    try {
      return Optional.ofNullable(
              plane
                  .json()
                  .readerFor(kind.status())
                  .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                  .<T>readValue(document.path("status").toString()))
          .filter(Status::ended);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Whether its row went, so that it is to go too. */
  boolean isGone(JsonNode document) {
    return plane
        .database()
        .read(handle ->
            handle
                .createQuery("select uid from gone_wish where uid = :uid")
                .bind("uid", document.path("metadata").path("uid").asText())
                .mapTo(String.class)
                .findOne())
        .isPresent();
  }

  /** Whether it went with that custom resource, and is back without it, out of the trash. */
  boolean isBack(Resource<S, T> row, JsonNode document) {
    return isGone(document) && kept(row.uid()).filter(kept -> World.isOf(kept, document)).isEmpty();
  }

  /** It is gone as well. */
  void forgetGone(JsonNode document) {
    plane
        .database()
        .useTransaction(transaction ->
            transaction
                .handle()
                .execute(
                    "delete from gone_wish where uid = ?",
                    document.path("metadata").path("uid").asText()));
  }

  /** Makes a row of a custom resource; what that has ended is not begun again. */
  Resource<S, T> create(UUID uid, JsonNode document, Kept kept) {
    plane
        .resources()
        .find(uid, row -> row.kind())
        .ifPresent(other -> {
          throw CommonProblem.NAME_TAKEN.because(
              "The uid " + uid + " belongs to a " + other + " already.");
        });
    JsonNode metadata = document.path("metadata");
    Name name = new Name(metadata.path("name").asText());
    var labels = Labels.checked(Documents.labels(metadata));
    Optional<T> ended = ended(document);
    S spec = spec(Erasing.once(document));
    if (ended.isEmpty()) {
      admission.declared(null, spec);
    }
    return plane
        .database()
        .inTransaction(transaction -> {
          Admission.Admitted<S> admitted =
              ended.isPresent() ? admission.ended(name, spec) : admission.create(name, spec);
          Resource<S, T> made =
              plane
                  .resources()
                  .create(
                      transaction,
                      kind,
                      new ResourceStore.Draft<>(
                          uid,
                          name,
                          admitted.node(),
                          admitted.parent(),
                          labels,
                          admitted.spec(),
                          Resource.DECLARED));
          ended.ifPresent(
              status -> plane.resources().observe(transaction, made.uid(), status, List.of()));
          return plane.resources().keep(transaction, kind, made.uid(), kept);
        });
  }

  /** Brings what a custom resource wishes to its row. */
  Resource<S, T> change(Resource<S, T> row, JsonNode document, Kept kept) {
    var labels = Labels.checked(Documents.labels(document.path("metadata")));
    S wished = spec(document);
    return plane
        .resources()
        .change(
            kind,
            row.name(),
            Optional.empty(),
            before -> {
              admission.declared(before, wished);
              return new Wish<>(admission.change(before, wished), labels, kept);
            });
  }

  /** Notes where the wish of a row is kept. */
  Resource<S, T> keep(Resource<S, T> row, Kept kept) {
    return plane
        .database()
        .inTransaction(transaction -> plane.resources().keep(transaction, kind, row.uid(), kept));
  }

  /** That a row has a wish which its custom resource, being what it is, cannot be given. */
  static Kept replaced(JsonNode document, Resource<?, ?> row) {
    return new Kept(
        REPLACED + document.path("metadata").path("uid").asText(), row.metadata().generation());
  }

  /** Whether it came with its disks. */
  static boolean isAdopted(Resource<?, ?> row) {
    return Conditions.isTrue(row.conditions(), Condition.ADOPTED);
  }

  /** Whether that was noted of it and of this custom resource. */
  boolean isReplaced(Resource<S, T> row, JsonNode document) {
    String place = replaced(document, row).place();
    return kept(row.uid()).filter(kept -> kept.place().equals(place)).isPresent();
  }

  /** Asks for its deletion, as a request by HTTP does. */
  void delete(Resource<S, T> row) {
    admission.delete(row);
    recorded(row, () -> requestDeletion(row));
  }

  private void recorded(Resource<S, T> row, Runnable deletion) {
    try {
      deletion.run();
    } catch (RuntimeException e) {
      admission.stays(row);
      throw e;
    }
  }

  private void requestDeletion(Resource<S, T> row) {
    var _ =
        plane.resources().requestDeletion(kind, row.name(), Optional.empty(), admission::lastLook);
  }

  /** What becomes of it without its custom resource. */
  void letGo(Resource<S, T> row, CustomKind.Without without) {
    if (without != CustomKind.Without.STAYS) {
      admission.delete(row);
    }
    switch (without) {
      case RELEASED ->
          recorded(
              row,
              () ->
                  plane
                      .database()
                      .useTransaction(
                          transaction -> plane.resources().requestRelease(transaction, row.uid())));
      case ENDS -> recorded(row, () -> requestDeletion(row));
      case STAYS, RESTS ->
          plane
              .resources()
              .change(
                  kind,
                  row.name(),
                  Optional.empty(),
                  before ->
                      new Wish<>(
                          admission.released(before),
                          before.metadata().labels(),
                          new Kept(RELEASED, before.metadata().generation() + 1)));
    }
  }
}
