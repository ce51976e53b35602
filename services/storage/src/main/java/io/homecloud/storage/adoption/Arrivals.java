package io.homecloud.storage.adoption;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Metadata;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceBatch;
import io.homecloud.control.resource.Status;
import io.homecloud.events.database.Transaction;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.catalogue.Findings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Gets the resources of one kind that a pool brings into the database, some hundred at a time. A
 * name that somebody has is given up for another one; an identity that somebody has stays theirs.
 */
final class Arrivals<S, T extends Status> {
  private static final int BATCH = 500;
  private static final int NAMED = 10;

  /** Where all of one adoption arrive. */
  record Place(Transaction transaction, ResourceBatch rows, Findings findings) {}

  /** What becomes of names that are taken. */
  sealed interface Taken {
    /** They are given up; the name of the pool goes before the new one if there is one. */
    record GivenUp(Optional<Name> pool) implements Taken {}

    /** Somebody has to say that they may be given up. */
    record Asked() implements Taken {}
  }

  private final Kind<S, T> kind;
  private final Place place;
  private final Taken policy;
  private final BiConsumer<UUID, Name> arrived;
  private final List<Resource<S, T>> waiting = new ArrayList<>();
  private final List<String> taken = new ArrayList<>();

  /**
   * @param arrived called with the identity and name of each that is in
   */
  Arrivals(Kind<S, T> kind, Place place, Taken policy, BiConsumer<UUID, Name> arrived) {
    this.kind = kind;
    this.place = place;
    this.policy = policy;
    this.arrived = arrived;
  }

  void add(Resource<S, T> resource) {
    waiting.add(resource);
    if (waiting.size() == BATCH) {
      flush();
    }
  }

  /**
   * Ends it.
   *
   * @throws io.homecloud.control.problem.ProblemException NAME_TAKEN with all the names that would
   *     have to be given up, when nobody said that they may be
   */
  void finish() {
    flush();
    if (!taken.isEmpty()) {
      throw StorageProblem.NAME_TAKEN
          .because(
              "Here are "
                  + kind.plural()
                  + " of the same names: "
                  + String.join(", ", taken.subList(0, Math.min(NAMED, taken.size())))
                  + (taken.size() > NAMED ? " and others" : "")
                  + ". Repeat with \"as\": a name for the pool, which then also goes before theirs.")
          .with(kind.plural(), List.copyOf(taken));
    }
  }

  private void flush() {
    List<Resource<S, T>> left = insert(waiting);
    waiting.clear();
    if (left.isEmpty()) {
      return;
    }
    Set<UUID> known =
        place.rows().known(place.transaction().handle(), left.stream().map(Resource::uid).toList());
    List<Resource<S, T>> nameless = new ArrayList<>();
    for (Resource<S, T> one : left) {
      if (known.contains(one.uid())) {
        finding(one, "is known here already, a copy of it is on another pool");
      } else {
        nameless.add(one);
      }
    }
    switch (policy) {
      case Taken.GivenUp(Optional<Name> pool) -> rename(nameless, pool);
      case Taken.Asked() -> nameless.forEach(one -> taken.add(one.name().value()));
    }
  }

  private List<Resource<S, T>> insert(List<Resource<S, T>> resources) {
    if (resources.isEmpty()) {
      return List.of();
    }
    Set<UUID> in = place.rows().insert(place.transaction(), kind, resources);
    resources.stream()
        .filter(one -> in.contains(one.uid()))
        .forEach(one -> arrived.accept(one.uid(), one.name()));
    return resources.stream().filter(one -> !in.contains(one.uid())).toList();
  }

  private void rename(List<Resource<S, T>> all, Optional<Name> pool) {
    List<Resource<S, T>> left = all;
    for (int choice = 0; choice < Names.CHOICES && !left.isEmpty(); choice++) {
      int which = choice;
      List<Resource<S, T>> renamed =
          left.stream()
              .map(one -> named(one, Names.instead(pool, one.name(), one.uid()).get(which)))
              .toList();
      List<UUID> again = insert(renamed).stream().map(Resource::uid).toList();
      List<Resource<S, T>> still = new ArrayList<>();
      for (int i = 0; i < left.size(); i++) {
        if (again.contains(left.get(i).uid())) {
          still.add(left.get(i));
        } else {
          finding(left.get(i), "is called " + renamed.get(i).name() + " here");
        }
      }
      left = still;
    }
    left.forEach(one -> finding(one, "has no name that is free"));
  }

  private void finding(Resource<S, T> one, String what) {
    place.findings().add(kind.name() + " " + one.name() + " " + what);
  }

  private static <S, T extends Status> Resource<S, T> named(Resource<S, T> one, Name name) {
    Metadata was = one.metadata();
    Metadata metadata =
        new Metadata(
            name,
            was.uid(),
            was.generation(),
            was.revision(),
            was.labels(),
            was.creationTimestamp(),
            was.createdBy(),
            null);
    return new Resource<>(one.kind(), metadata, one.node(), one.parent(), one.spec(), one.status());
  }
}
