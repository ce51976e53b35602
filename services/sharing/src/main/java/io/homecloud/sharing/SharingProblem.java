package io.homecloud.sharing;

import io.homecloud.control.problem.ProblemCode;

/** What can be wrong with a request to sharing. */
public enum SharingProblem implements ProblemCode {
  SHARE_PATH_INVALID(422, "The path cannot be used"),
  SHARE_NOT_FOUND(404, "There is no such share"),
  SHARE_NOT_READY(409, "The share's files are not there now"),
  FILE_NOT_FOUND(404, "There is no such file"),
  VOLUME_NOT_FOUND(404, "There is no such volume"),
  ACCOUNT_NOT_FOUND(404, "There is no such account"),
  HOME_NOT_FOUND(404, "Nobody left such a directory"),
  HOME_NOT_READY(409, "A directory of somebody's own is not ready for that"),
  SESSION_NOT_FOUND(404, "There is no such session"),
  NOT_TOGETHER(422, "Two wishes exclude each other"),
  NAME_RESERVED(422, "The name means something else to servers"),
  VALUE_INVALID(422, "A value cannot be used"),
  GROUP_NOT_FOUND(404, "There is no such group"),
  GROUP_IN_USE(409, "The group is in use"),
  ACCOUNT_HAS_THINGS(409, "The account has things"),
  ACCOUNT_IN_USE(409, "The account is in use"),
  LAST_ADMINISTRATOR(409, "Somebody has to be the administrator"),
  FILE_NAME_REFUSED(422, "The file cannot be called that"),
  UPLOAD_REFUSED(409, "The file is not taken"),
  PASSWORD_REFUSED(422, "The password cannot be used"),
  SIGN_IN_REFUSED(401, "The account or the password is wrong"),
  SIGN_IN_THROTTLED(429, "Too many attempts"),
  STORAGE_AWAY(503, "Storage does not answer"),
  SESSION_ENDED(401, "Sign in again"),
  KEYS_CHANGED_LATELY(409, "The key was changed too often");

  private final int status;
  private final String title;

  SharingProblem(int status, String title) {
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
