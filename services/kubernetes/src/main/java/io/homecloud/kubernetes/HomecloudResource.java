package io.homecloud.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;

/**
 * A custom resource as it comes over the wire. The records that spec and status are made of belong
 * to the services; here they stay JSON. The framework wants a class for each kind.
 */
abstract sealed class HomecloudResource extends CustomResource<JsonNode, JsonNode>
    implements Namespaced {
  static final String GROUP = "homecloud.io";
  static final String VERSION = "v1alpha1";

  private static final long serialVersionUID = 1L;

  @Override
  protected @Nullable JsonNode initSpec() {
    return null;
  }

  @Override
  protected @Nullable JsonNode initStatus() {
    return null;
  }

  @Group(GROUP)
  @Version(VERSION)
  @Kind("Pool")
  @Plural("pools")
  static final class PoolResource extends HomecloudResource {
    private static final long serialVersionUID = 1L;
  }

  @Group(GROUP)
  @Version(VERSION)
  @Kind("Volume")
  @Plural("volumes")
  static final class VolumeResource extends HomecloudResource {
    private static final long serialVersionUID = 1L;
  }

  @Group(GROUP)
  @Version(VERSION)
  @Kind("Snapshot")
  @Plural("snapshots")
  static final class SnapshotResource extends HomecloudResource {
    private static final long serialVersionUID = 1L;
  }

  @Group(GROUP)
  @Version(VERSION)
  @Kind("SnapshotSchedule")
  @Plural("snapshotschedules")
  static final class SnapshotScheduleResource extends HomecloudResource {
    private static final long serialVersionUID = 1L;
  }

  @Group(GROUP)
  @Version(VERSION)
  @Kind("Account")
  @Plural("accounts")
  static final class AccountResource extends HomecloudResource {
    private static final long serialVersionUID = 1L;
  }

  @Group(GROUP)
  @Version(VERSION)
  @Kind("Share")
  @Plural("shares")
  static final class ShareResource extends HomecloudResource {
    private static final long serialVersionUID = 1L;
  }

  @Group(GROUP)
  @Version(VERSION)
  @Kind("BackupRepository")
  @Plural("backuprepositories")
  static final class BackupRepositoryResource extends HomecloudResource {
    private static final long serialVersionUID = 1L;
  }

  @Group(GROUP)
  @Version(VERSION)
  @Kind("BackupPlan")
  @Plural("backupplans")
  static final class BackupPlanResource extends HomecloudResource {
    private static final long serialVersionUID = 1L;
  }

  @Group(GROUP)
  @Version(VERSION)
  @Kind("Restore")
  @Plural("restores")
  static final class RestoreResource extends HomecloudResource {
    private static final long serialVersionUID = 1L;
  }
}
