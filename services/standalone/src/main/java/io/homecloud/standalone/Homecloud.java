package io.homecloud.standalone;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.postgresql.util.PSQLException;

/**
 * All services in one process, with the databases that they need: those are up before the services
 * and outlive them.
 */
@QuarkusMain
public final class Homecloud {
  /** Made before there is a second thread: two that begin to log at once wait for each other. */
  private static final Logger LOG = Logger.getLogger(Homecloud.class);

  private static final Duration SERVICES_STOP = Duration.ofSeconds(60);

  private Homecloud() {}

  public static void main(String... arguments) {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) {
    String data = System.getenv().getOrDefault("HOMECLOUD_DATA", "/var/lib/homecloud");
    try {
      LOG.infof("starting in %s", data);
      Installation installation = Installation.at(Path.of(data));
      System.setProperty("HOMECLOUD_JWKS", installation.signInPublicKey().toUri().toString());
      Databases databases = new Databases(installation, System.getenv());
      CountDownLatch servicesEnded = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(databases, servicesEnded)));
      try {
        databases.start();
        return services(arguments);
      } finally {
        servicesEnded.countDown();
      }
    } catch (IOException | IllegalStateException e) {
      System.err.println("homecloud does not start: " + e.getMessage());
      return 1;
    }
  }

  private static int services(String... arguments) {
    AtomicInteger code = new AtomicInteger();
    // The handler of the exit code must not exit here: this process has more to stop.
    Quarkus.run(
        null,
        (exit, failure) -> {
          code.set(exit);
          if (failure != null) {
            System.err.println("homecloud does not start: " + words(failure));
          }
        },
        arguments);
    return code.get();
  }

  /** What the database says is worth more than what was made of it, and than its own causes. */
  private static String words(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof PSQLException)) {
      cause = cause.getCause();
    }
    return cause instanceof PSQLException ? "PostgreSQL: " + cause.getMessage() : cause.toString();
  }

  /** A signal runs this beside Quarkus' own hook, and the databases must outlive the services. */
  private static void stop(Databases databases, CountDownLatch servicesEnded) {
    try {
      if (!servicesEnded.await(SERVICES_STOP.toSeconds(), TimeUnit.SECONDS)) {
        System.err.println("the services did not stop in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    databases.stop();
  }
}
