package io.homecloud.backup.secret;

import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import java.util.List;
import java.util.stream.Stream;

/** Who needs which secret. */
public final class SecretUse {
  private final ControlPlane plane;

  public SecretUse(ControlPlane plane) {
    this.plane = plane;
  }

  /** The names of the repositories and plans that refer to it. */
  List<String> users(Name secret) {
    return Stream.concat(
            repositories(secret).map(repository -> "repository " + repository.name()),
            plane.resources().all(BackupKinds.PLAN, Selection.ALL).stream()
                .filter(plan -> plan.spec().secrets().contains(secret))
                .map(plan -> "plan " + plan.name()))
        .toList();
  }

  /** What could not be done for want of it can be tried again. */
  void changed(Name secret) {
    repositories(secret).forEach(repository -> plane.wake(repository.uid()));
  }

  private Stream<Resource<RepositorySpec, RepositoryStatus>> repositories(Name secret) {
    return plane.resources().all(BackupKinds.REPOSITORY, Selection.ALL).stream()
        .filter(repository -> repository.spec().secrets().contains(secret));
  }
}
