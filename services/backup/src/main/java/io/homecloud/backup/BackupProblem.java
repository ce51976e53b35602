package io.homecloud.backup;

import io.homecloud.control.problem.ProblemCode;

/** What can be wrong with a request to backup. */
public enum BackupProblem implements ProblemCode {
  ENGINE_NOT_AVAILABLE(422, "The engine is not available yet"),
  URL_REFUSED(422, "The URL cannot be used"),
  URL_TAKEN(409, "There is a repository at that URL"),
  REPOSITORY_NOT_FOUND(404, "There is no such repository"),
  REPOSITORY_IN_USE(409, "Plans use the repository"),
  REPOSITORY_AWAY(409, "The repository is not there now"),
  REPOSITORY_OF_ANOTHER(409, "The repository is another node's"),
  SOURCES_REFUSED(422, "The sources cannot be used"),
  HOOKS_REFUSED(422, "The hooks cannot be used"),
  PATH_INVALID(422, "The path cannot be used"),
  PLAN_NOT_FOUND(404, "There is no such plan"),
  RUN_NOT_FOUND(404, "There is no such run"),
  RUN_UNDER_WAY(409, "The run is under way"),
  RUN_NOT_COMPLETE(409, "The run is not complete"),
  RUN_PINNED(409, "The run is pinned"),
  RUN_IS_THE_LAST(409, "It is the last complete run"),
  RUN_IN_USE(409, "A restore reads the run"),
  RUN_OF_ANOTHER(409, "The run is of another installation"),
  FILE_NOT_FOUND(404, "There is no such file"),
  DOWNLOAD_TOO_LARGE(409, "There is no room to fetch it"),
  NOT_A_FILE(409, "It is neither a file nor a directory"),
  TARGET_REFUSED(422, "The target cannot be used"),
  VOLUME_NOT_FOUND(404, "There is no such volume"),
  RESTORE_UNDER_WAY(409, "The restore is under way"),
  RESTORE_COMPLETE(409, "The restore is complete"),
  SECRET_NOT_FOUND(404, "There is no such secret"),
  SECRET_IN_USE(409, "The secret is needed"),
  SECRET_INVALID(422, "The secret cannot be used"),
  ENCRYPTION_INVALID(422, "It cannot be encrypted so"),
  STORAGE_AWAY(503, "Storage does not answer"),
  SHARING_AWAY(503, "Sharing does not answer"),
  VALUE_INVALID(422, "A value cannot be used");

  private final int status;
  private final String title;

  BackupProblem(int status, String title) {
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
}
