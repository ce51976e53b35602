package io.homecloud.standalone.reference;

import io.homecloud.backup.BackupKinds;
import io.homecloud.control.resource.Kind;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.storage.StorageKinds;
import java.util.List;
import java.util.Locale;

/**
 * A kind as kubectl knows it.
 *
 * @param shortName begins with hc, so that it is nobody else's
 * @param columns what a person asks of it
 * @param nameAtMost characters, for kinds that allow fewer than a label has
 */
record CrdKind(
    String name, String shortName, Kind<?, ?> kind, int nameAtMost, List<Column> columns) {
  /**
   * @param wide shown with {@code -o wide} alone
   */
  record Column(String name, String type, String path, boolean wide) {}

  static final List<CrdKind> ALL =
      List.of(
          of(
              "Pool",
              "hcpool",
              StorageKinds.POOL,
              text("Node", ".spec.node"),
              text("State", ".status.state"),
              text("Capacity", ".status.capacity"),
              text("Available", ".status.available")),
          of(
              "Volume",
              "hcvol",
              StorageKinds.VOLUME,
              text("Pool", ".spec.pool"),
              text("Used", ".status.used"),
              text("Quota", ".spec.quota"),
              wide("Path", ".status.mountPath"),
              wide("On deletion", ".spec.deletionPolicy")),
          of(
              "Snapshot",
              "hcsnap",
              StorageKinds.SNAPSHOT,
              text("Volume", ".spec.volume"),
              new Column("Taken", "date", ".status.createdAt", false),
              new Column("Pinned", "boolean", ".spec.pinned", false)),
          of(
              "SnapshotSchedule",
              "hcsched",
              StorageKinds.SCHEDULE,
              text("Volume", ".spec.volume"),
              text("Schedule", ".spec.schedule"),
              new Column("Last", "date", ".status.lastRun", false),
              text("Next", ".status.nextRun")),
          new CrdKind(
              "Account",
              "hcacc",
              SharingKinds.ACCOUNT,
              20,
              List.of(
                  text("Name shown", ".spec.displayName"),
                  text("Role", ".spec.role"),
                  new Column("Disabled", "boolean", ".spec.disabled", false),
                  new Column("Uid", "integer", ".status.uid", true))),
          of(
              "Share",
              "hcshare",
              SharingKinds.SHARE,
              text("Volume", ".spec.volume"),
              text("Protocols", ".spec.protocols"),
              new Column("Sessions", "integer", ".status.sessions", false),
              wide("SMB", ".status.urls.smb")),
          of(
              "BackupRepository",
              "hcrepo",
              BackupKinds.REPOSITORY,
              text("Engine", ".spec.engine"),
              text("Where", ".spec.url"),
              new Column("Copies", "integer", ".status.runs", false),
              new Column("Free bytes", "integer", ".status.freeBytes", false)),
          of(
              "BackupPlan",
              "hcplan",
              BackupKinds.PLAN,
              text("Repository", ".spec.repository"),
              text("Schedule", ".spec.schedule"),
              new Column("Last good copy", "date", ".status.lastSuccess", false),
              condition("Overdue"),
              condition("Verified"),
              text("Next", ".status.nextRun")),
          of(
              "Restore",
              "hcrest",
              BackupKinds.RESTORE,
              text("Run", ".spec.run"),
              text("State", ".status.state"),
              new Column("Files", "integer", ".status.restored", false)));

  private static CrdKind of(String name, String shortName, Kind<?, ?> kind, Column... columns) {
    return new CrdKind(name, shortName, kind, 63, List.of(columns));
  }

  private static Column text(String name, String path) {
    return new Column(name, "string", path, false);
  }

  private static Column wide(String name, String path) {
    return new Column(name, "string", path, true);
  }

  private static Column condition(String type) {
    return text(type, ".status.conditions[?(@.type==\"" + type + "\")].status");
  }

  String singular() {
    return name.toLowerCase(Locale.ROOT);
  }

  String plural() {
    return name.endsWith("y")
        ? singular().substring(0, name.length() - 1) + "ies"
        : singular() + "s";
  }
}
