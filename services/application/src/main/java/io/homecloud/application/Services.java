package io.homecloud.application;

import io.quarkus.runtime.Quarkus;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.util.PSQLException;

/** The services that are in this process. */
public final class Services {
  private Services() {}

  /** Returns the exit code when they have ended. */
  public static int run(String... arguments) {
    AtomicInteger code = new AtomicInteger();
    // The handler of the exit code must not exit here: the process may have more to stop.
    Quarkus.run(
        null,
        (exit, failure) -> {
          code.set(exit);
          if (failure != null) {
            failed(words(failure));
          }
        },
        arguments);
    return code.get();
  }

  /** Says so on standard error, which is read by whoever started the process. */
  public static void failed(String reason) {
    System.err.println("homecloud does not start: " + reason);
  }

  /** What the database says is worth more than what was made of it, and than its own causes. */
  private static String words(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof PSQLException)) {
      cause = cause.getCause();
    }
    return cause instanceof PSQLException ? "PostgreSQL: " + cause.getMessage() : cause.toString();
  }
}
