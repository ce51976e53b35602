package io.homecloud.control.ask;

/** Another service does not answer, or not as it should. */
public final class Away extends Exception {
  private static final long serialVersionUID = 1L;

  public Away(String message) {
    super(message);
  }
}
