package io.homecloud.standalone;

import io.homecloud.application.Installation;
import io.homecloud.application.Services;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

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
    Map<String, String> environment = System.getenv();
    Path data = Installation.directory(environment);
    try {
      LOG.infof("starting in %s", data);
      Installation installation = Installation.at(data, environment);
      System.setProperty("HOMECLOUD_JWKS", installation.signInPublicKey().toUri().toString());
      Databases databases = new Databases(installation, environment);
      CountDownLatch servicesEnded = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(databases, servicesEnded)));
      try {
        databases.start();
        return Services.run(arguments);
      } finally {
        servicesEnded.countDown();
      }
    } catch (IOException | IllegalStateException e) {
      Services.failed(String.valueOf(e.getMessage()));
      return 1;
    }
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
