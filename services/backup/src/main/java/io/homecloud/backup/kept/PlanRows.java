package io.homecloud.backup.kept;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.kept.KeptPlans.Kept;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.Status;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Repositories and plans, as the database has them. */
final class PlanRows {
  private final ControlPlane plane;
  private final ObjectMapper json;

  PlanRows(ControlPlane plane) {
    this.plane = plane;
    this.json = plane.json();
  }

  KeptPlans read() {
    return new KeptPlans(
        KeptPlans.FORMAT,
        kept(BackupKinds.REPOSITORY, PlanRows::identity),
        kept(BackupKinds.PLAN, _ -> null));
  }

  private static @Nullable UUID identity(@Nullable RepositoryStatus status) {
    return status == null ? null : status.identity();
  }

  private <S, T extends Status> List<JsonNode> kept(
      Kind<S, T> kind, Function<@Nullable T, @Nullable UUID> identity) {
    return plane.resources().all(kind, Selection.ALL).stream()
        .filter(resource -> !resource.deleting())
        .sorted(Comparator.comparing(Resource::name))
        .map(resource ->
            json.<JsonNode>valueToTree(
                new Kept(
                    resource.uid(),
                    resource.name(),
                    resource.metadata().labels(),
                    resource.metadata().generation(),
                    resource.metadata().creationTimestamp(),
                    resource.metadata().createdBy(),
                    json.valueToTree(resource.spec()),
                    identity.apply(resource.status()))))
        .toList();
  }
}
