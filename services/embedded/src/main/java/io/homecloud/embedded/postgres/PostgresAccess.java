package io.homecloud.embedded.postgres;

/** How to reach the database {@code homecloud} as its owner, who is no superuser. */
public record PostgresAccess(String jdbcUrl, String user, String password) {
  /** Without the password: this goes into logs. */
  @Override
  public String toString() {
    return "PostgresAccess[jdbcUrl=" + jdbcUrl + ", user=" + user + "]";
  }
}
