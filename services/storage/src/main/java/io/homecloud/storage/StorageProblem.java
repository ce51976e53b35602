package io.homecloud.storage;

import io.homecloud.control.problem.ProblemCode;
import io.homecloud.control.problem.ProblemException;

/**
 * What can be wrong with a request to storage; the words of {@link StorageError}, with their HTTP
 * status. A full pool and a used-up quota are conflicts, not 507 (RFC 4918): that is what the
 * client asked for, and programs repeat a 5xx as if it were a fault of the server's.
 */
public enum StorageProblem implements ProblemCode {
  KERNEL_TOO_OLD(409, "The kernel is too old"),
  TOOL_MISSING(409, "A program is missing on the node"),
  PROFILE_REFUSED(422, "The profile is refused"),
  TOO_FEW_DISKS(422, "There are too few disks"),
  DISK_TOO_SMALL(422, "The disk is too small"),
  DISK_NOT_EMPTY(409, "The disk is not empty"),
  DISK_BUSY(409, "The disk is in use"),
  DISK_NOT_FOUND(404, "There is no such disk"),
  DISK_DUPLICATE(409, "Two disks claim to be the same"),
  FILE_SYSTEM_UNSUPPORTED(422, "There is no file system to import from"),
  FILE_SYSTEM_DAMAGED(409, "The file system is damaged"),
  DISKS_MISSING(409, "Disks of the pool are missing"),
  DISK_OUTDATED(409, "The disks have missed what was written last"),
  POOL_NOT_FOUND(404, "There is no such pool"),
  NO_ROOM(409, "There is not enough room"),
  POOL_FULL(409, "The pool is full"),
  READ_ONLY(409, "It can only be read"),
  POOL_BUSY(409, "The pool is busy"),
  POOL_NOT_EMPTY(409, "The pool is not empty"),
  POOL_NOT_READY(409, "The pool is not ready"),
  CANCELLED(409, "It was cancelled"),
  REFUSED_BY_KERNEL(409, "The kernel refuses"),
  VOLUME_NOT_FOUND(404, "There is no such volume"),
  VOLUME_NOT_READY(409, "The volume is not ready"),
  SNAPSHOT_NOT_FOUND(404, "There is no such snapshot"),
  SNAPSHOT_PINNED(409, "The snapshot is pinned"),
  SNAPSHOT_NOT_READY(409, "The snapshot is not ready"),
  SNAPSHOT_BUSY(409, "The snapshot is in use"),
  SNAPSHOT_OF_ANOTHER_VOLUME(422, "The snapshot is of another volume"),
  DIFF_UNDER_WAY(409, "The comparison is not finished"),
  NAME_TAKEN(409, "The place is taken"),
  VOLUME_BUSY(409, "The volume is in use"),
  QUOTA_BELOW_USED(422, "The quota is below what is used"),
  QUOTA_EXCEEDED(409, "The quota is used up"),
  QUOTA_UNKNOWN(409, "The pool does not count"),
  WRONG_MOUNT(409, "Something else is mounted there"),
  BACKEND_UNKNOWN(422, "The backend is not available"),
  FILE_NOT_FOUND(404, "There is no such file"),
  NOT_A_DIRECTORY(409, "It is not a directory"),
  IS_A_DIRECTORY(409, "It is a directory"),
  NOT_A_FILE(409, "It is not a file"),
  LINK_NOT_FOLLOWED(409, "Links are not followed"),
  OUTSIDE_VOLUME(409, "It is outside the volume"),
  FILE_EXISTS(409, "The name is taken"),
  DIRECTORY_NOT_EMPTY(409, "The directory is not empty"),
  INTO_ITSELF(409, "It cannot be moved into itself"),
  FILE_NAME_INVALID(422, "No file can have that name"),
  FILE_NAME_RESERVED(422, "The name is reserved"),
  FILE_TOO_LARGE(413, "There are too many bytes"),
  TOO_MANY_DIRECTORIES(409, "There are too many directories"),
  FILE_PROTECTED(409, "The file is protected"),
  FILE_BUSY(409, "The file is in use"),
  FILE_DAMAGED(409, "The disk cannot read the file"),
  FILE_CHANGED(412, "The file was changed"),
  WRONG_OFFSET(416, "The upload goes on elsewhere"),
  UPLOAD_INCOMPLETE(409, "The upload is not complete"),
  DOCUMENT_NEWER(409, "There is a newer document"),
  HOST_FAILED(503, "The kernel or the hardware failed"),
  STARTING(503, "Storage has just started"),
  VALUE_INVALID(422, "A value cannot be used");

  private final int status;
  private final String title;

  StorageProblem(int status, String title) {
    this.status = status;
    this.title = title;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String title() {
    return title;
  }

  /** The problem of the same word. */
  public static ProblemException of(Refusal refusal) {
    return valueOf(refusal.error().name()).because(refusal.sentence());
  }

  /** The problem of the same word as the condition that a failure makes. */
  static ProblemException of(StorageFailure failure) {
    return failure
        .refusal()
        .map(StorageProblem::of)
        .orElseGet(() -> HOST_FAILED.because(failure.sentence()));
  }

  /** The value of a success; a refusal becomes the answer. */
  public static <T> T require(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Done<T>(T value) -> value;
      case Outcome.Refused<T>(Refusal why) -> throw of(why);
    };
  }
}
