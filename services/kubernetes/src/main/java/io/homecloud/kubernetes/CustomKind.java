package io.homecloud.kubernetes;

import io.homecloud.control.resource.Resource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The kinds that are custom resources, and what becomes of each without its resource. */
enum CustomKind {
  POOL("storage", "Pool", HomecloudResource.PoolResource.class, Without.RELEASED),
  VOLUME("storage", "Volume", HomecloudResource.VolumeResource.class, Without.RELEASED),
  SNAPSHOT("storage", "Snapshot", HomecloudResource.SnapshotResource.class, Without.STAYS),
  SNAPSHOT_SCHEDULE(
      "storage",
      "SnapshotSchedule",
      HomecloudResource.SnapshotScheduleResource.class,
      Without.ENDS),
  ACCOUNT("sharing", "Account", HomecloudResource.AccountResource.class, Without.RESTS),
  SHARE("sharing", "Share", HomecloudResource.ShareResource.class, Without.ENDS),
  REPOSITORY(
      "backup", "Repository", HomecloudResource.BackupRepositoryResource.class, Without.ENDS),
  PLAN("backup", "Plan", HomecloudResource.BackupPlanResource.class, Without.ENDS),
  RESTORE("backup", "Restore", HomecloudResource.RestoreResource.class, Without.ENDS);

  /** What becomes of a thing whose custom resource is gone. Data is never destroyed by it. */
  enum Without {
    /** It stays on its disk, noted there as let go of, and nothing here knows of it. */
    RELEASED,
    /** Only what was wished ends: nothing of anybody's is in it. */
    ENDS,
    /** It goes on, whatever it is needed for, and is known by HTTP alone. */
    STAYS,
    /** As above, and nobody uses it; not when it could not be deleted. */
    RESTS
  }

  /** Labels that services put on what they make by themselves, in numbers. */
  private static final String OURS = "homecloud.io/";

  private final String service;
  private final String rowKind;
  private final Class<? extends HomecloudResource> type;
  private final Without without;

  CustomKind(
      String service, String rowKind, Class<? extends HomecloudResource> type, Without without) {
    this.service = service;
    this.rowKind = rowKind;
    this.type = type;
    this.without = without;
  }

  static List<CustomKind> of(String service) {
    return Arrays.stream(values()).filter(kind -> kind.service.equals(service)).toList();
  }

  /** Of rows of that kind, which service's they may be. */
  static Optional<CustomKind> of(String service, String rowKind) {
    return of(service).stream().filter(kind -> kind.rowKind.equals(rowKind)).findFirst();
  }

  /** Whether that one is a custom resource: those are people's, the many others are not. */
  boolean covers(Resource<?, ?> row) {
    return this != SNAPSHOT
        || row.metadata().labels().keySet().stream().noneMatch(key -> key.startsWith(OURS));
  }

  String rowKind() {
    return rowKind;
  }

  Class<? extends HomecloudResource> type() {
    return type;
  }

  Without without() {
    return without;
  }

  /** As in a manifest. */
  String kind() {
    return io.fabric8.kubernetes.api.model.HasMetadata.getKind(type);
  }

  /** As in a URL of the Kubernetes API. */
  String plural() {
    return io.fabric8.kubernetes.api.model.HasMetadata.getPlural(type);
  }

  /** The name of its definition. */
  String definition() {
    return plural() + "." + HomecloudResource.GROUP;
  }
}
