package io.homecloud.sharing;

import io.homecloud.control.problem.ProblemCode;

/** What can be wrong with a request to sharing. */
public enum SharingProblem implements ProblemCode {
  NAME_RESERVED(422, "The name means something else to servers"),
  VALUE_INVALID(422, "A value cannot be used"),
  GROUP_NOT_FOUND(404, "There is no such group"),
  GROUP_IN_USE(409, "The group has members"),
  LAST_ADMINISTRATOR(409, "Somebody has to be the administrator"),
  PASSWORD_REFUSED(422, "The password cannot be used"),
  SIGN_IN_REFUSED(401, "The account or the password is wrong"),
  SIGN_IN_THROTTLED(429, "Too many attempts"),
  SESSION_ENDED(401, "Sign in again");

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
