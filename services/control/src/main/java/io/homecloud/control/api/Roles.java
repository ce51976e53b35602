package io.homecloud.control.api;

/** The roles that a token can name. */
public final class Roles {
  /** May everything. */
  public static final String ADMINISTRATOR = "administrator";

  /** Lives here; may what was granted. */
  public static final String MEMBER = "member";

  private Roles() {}
}
