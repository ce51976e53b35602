package io.homecloud.events.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.homecloud.events.EventName;
import io.homecloud.events.Fact;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What backup tells on topic {@code homecloud.backup}. */
public sealed interface BackupFact extends Fact {
  /**
   * @param uid of the run
   */
  @EventName("backup.started.v1")
  record BackupStarted(UUID uid, String name, String node, String plan, String repository)
      implements BackupFact {}

  /**
   * @param files in the copy, however many of them had to be copied
   */
  @EventName("backup.completed.v1")
  record BackupCompleted(
      UUID uid, String name, String node, String plan, String repository, long files, long bytes)
      implements BackupFact {}

  /**
   * @param reason one word for programs
   */
  @EventName("backup.failed.v1")
  record BackupFailed(
      UUID uid,
      String name,
      String node,
      String plan,
      String repository,
      String reason,
      String message)
      implements BackupFact {}

  /**
   * @param uid of the plan
   * @param since when it last succeeded, or was made
   */
  @EventName("backup.overdue.v1")
  record BackupOverdue(UUID uid, String name, String node, String since) implements BackupFact {}

  /**
   * @param uid of the restore
   */
  @EventName("restore.completed.v1")
  record RestoreCompleted(UUID uid, String name, String node, String run, long files)
      implements BackupFact {}

  /**
   * Files of copies are not what was copied, or cannot be read.
   *
   * @param uid of the plan
   * @param files how many were restored to see
   * @param wrong how many of these are not what they were
   */
  @EventName("backup.verification-failed.v1")
  record VerificationFailed(
      UUID uid, String name, String node, String repository, long files, long wrong, String message)
      implements BackupFact {}

  /**
   * @param uid of the repository
   */
  @EventName("repository.full.v1")
  record RepositoryFull(UUID uid, String name, String node) implements BackupFact {}

  /**
   * @param uid of the plan
   * @param drive the UUID of its file system
   * @param label what somebody called it
   */
  @EventName("drive.due.v1")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record DriveDue(
      UUID uid, String name, String node, String repository, String drive, @Nullable String label)
      implements BackupFact {}
}
