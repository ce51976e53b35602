package io.homecloud.sharing;

import io.homecloud.control.problem.ProblemCode;

/** What can be wrong with a request to sharing. */
public enum SharingProblem implements ProblemCode {
  SHARE_NAME_RESERVED(422, "The name means something else to a server"),
  SHARE_PATH_INVALID(422, "The path cannot be used"),
  VOLUME_NOT_FOUND(404, "There is no such volume"),
  ACCOUNT_NOT_FOUND(404, "There is no such account"),
  GROUP_NOT_FOUND(404, "There is no such group"),
  SESSION_NOT_FOUND(404, "There is no such session"),
  VALUE_INVALID(422, "A value cannot be used"),
  NOT_TOGETHER(422, "Two wishes exclude each other"),
  NOT_OF_THIS_NODE(421, "Another node has it");

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
