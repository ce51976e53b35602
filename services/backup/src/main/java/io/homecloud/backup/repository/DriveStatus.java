package io.homecloud.backup.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A drive of a set, as it is or was when it was last here.
 *
 * @param uuid of its file system
 * @param label what somebody called it
 * @param present whether it is plugged in
 * @param attachedAt since when
 * @param safeToRemove whether it can be unplugged now
 * @param lastRun when a run to it was complete for the last time
 * @param runs how many complete copies it has
 * @param freeBytes how much can still be written
 * @param problem why it cannot be used, for people
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DriveStatus(
    String uuid,
    @Nullable String label,
    boolean present,
    @Nullable Instant attachedAt,
    boolean safeToRemove,
    @Nullable Instant lastRun,
    @Nullable Integer runs,
    @Nullable Long freeBytes,
    @Nullable String problem) {
  static DriveStatus unknown(String uuid) {
    return new DriveStatus(uuid, null, false, null, false, null, null, null, null);
  }

  /** Whether a run can go to it now. */
  public boolean usable() {
    return present && problem == null;
  }

  /** For people: its label, or its identity. */
  public String title() {
    return label == null || label.isBlank() ? uuid : "\"" + label + "\" (" + uuid + ")";
  }

  DriveStatus away() {
    return new DriveStatus(uuid, label, false, null, false, lastRun, runs, freeBytes, null);
  }
}
