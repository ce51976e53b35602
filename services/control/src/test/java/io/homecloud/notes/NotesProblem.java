package io.homecloud.notes;

import io.homecloud.control.problem.ProblemCode;

/** What can be wrong with a request to notes. */
public enum NotesProblem implements ProblemCode {
  COPIES_REFUSED(422, "There cannot be that many copies");

  private final int status;
  private final String title;

  NotesProblem(int status, String title) {
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
