package io.homecloud.backup.kept;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.kept.KeptPlans.Kept;
import io.homecloud.backup.plan.PlanSpec;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceBatch;
import io.homecloud.control.resource.ResourceRows;
import io.homecloud.control.resource.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings back from a pool what the database does not know. The disk may have been anywhere: each
 * item is held to the rules of wishes, and one that cannot be used is passed over.
 */
final class PlanRestoring {
  private static final Logger LOG = Logger.getLogger(PlanRestoring.class);

  private final ControlPlane plane;
  private final ResourceBatch rows;
  private final ObjectReader json;
  private final Consumer<RepositorySpec> repositories;
  private final Consumer<PlanSpec> plans;

  PlanRestoring(
      ControlPlane plane, Consumer<RepositorySpec> repositories, Consumer<PlanSpec> plans) {
    this.plane = plane;
    this.rows = new ResourceBatch(new ResourceRows(plane.json()));
    this.json = plane.json().reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    this.repositories = repositories;
    this.plans = plans;
  }

  /**
   * May be repeated; what is there already stays as it is. On this node: whoever looks at them
   * first sends them to their own.
   */
  void restore(KeptPlans kept) {
    Set<UUID> found =
        restore(
            BackupKinds.REPOSITORY,
            kept.repositories(),
            RepositorySpec.class,
            repositories,
            PlanRestoring::known);
    Set<UUID> back = restore(BackupKinds.PLAN, kept.plans(), PlanSpec.class, plans, _ -> null);
    // Not before their plans are there: the runs that they have belong to these.
    found.forEach(plane::wake);
    back.forEach(plane::wake);
  }

  private static @Nullable RepositoryStatus known(Kept kept) {
    return kept.identity() == null ? null : RepositoryStatus.known(kept.identity());
  }

  private <S, T extends Status> Set<UUID> restore(
      Kind<S, T> kind,
      List<JsonNode> items,
      Class<S> type,
      Consumer<S> rule,
      Function<Kept, @Nullable T> status) {
    List<Resource<S, T>> usable = new ArrayList<>();
    for (JsonNode item : items) {
      Optional<Kept> kept = kept(item);
      if (kept.isEmpty() || plane.resources().find(kind, kept.get().uid()).isPresent()) {
        continue;
      }
      Kept one = kept.get();
      try {
        S spec = json.forType(type).readValue(one.spec());
        if (spec == null) {
          throw new IllegalArgumentException("it has no spec");
        }
        rule.accept(spec);
        usable.add(
            new Resource<>(
                kind.name(),
                one.metadata(plane.clock().instant()),
                plane.node(),
                null,
                spec,
                status.apply(one)));
      } catch (IOException | ProblemException | IllegalArgumentException e) {
        LOG.warnf("%s %s of the pools is not used: %s", kind.name(), one.name(), e.getMessage());
      }
    }
    if (usable.isEmpty()) {
      return Set.of();
    }
    Set<UUID> inserted =
        plane.database().inTransaction(transaction -> rows.insert(transaction, kind, usable));
    usable.forEach(one ->
        LOG.infof(
            "%s %s (%s) of a pool: %s",
            kind.name(),
            one.name(),
            one.uid(),
            inserted.contains(one.uid()) ? "it is back" : "another one has its name here"));
    return inserted;
  }

  private Optional<Kept> kept(JsonNode item) {
    try {
      Kept one = json.forType(Kept.class).readValue(item);
      return one == null || one.uid() == null || one.name() == null || one.spec() == null
          ? Optional.empty()
          : Optional.of(one);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
