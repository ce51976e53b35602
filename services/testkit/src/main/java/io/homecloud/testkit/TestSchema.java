package io.homecloud.testkit;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/** A schema of the test server that nobody else uses; every connection starts in it. */
public record TestSchema(String name, String jdbcUrl, String user, String password) {
  private static final int POOLED = 12;

  /** Without a pool: each call connects. */
  public DataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbcUrl);
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  /** A pool like that of a service; who does not close it keeps no idle connection for long. */
  public AgroalDataSource pool() {
    return pool(POOLED);
  }

  /** The same, with so many connections. */
  public AgroalDataSource pool(int most) {
    try {
      return AgroalDataSource.from(
          new AgroalDataSourceConfigurationSupplier()
              .metricsEnabled(false)
              .connectionPoolConfiguration(pool ->
                  pool.maxSize(most)
                      .acquisitionTimeout(Duration.ofSeconds(30))
                      .reapTimeout(Duration.ofSeconds(1))
                      .exceptionSorter(new PostgreSQLExceptionSorter())
                      .connectionFactoryConfiguration(connection ->
                          connection
                              .jdbcUrl(jdbcUrl)
                              .principal(new NamePrincipal(user))
                              .credential(new SimplePassword(password)))));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Applies migrations, as the services do when they start.
   *
   * @param locations on the class path, for example {@code db/events}
   */
  public TestSchema migrated(String... locations) {
    Flyway.configure()
        .dataSource(dataSource())
        .schemas(name)
        .locations(locations)
        .outOfOrder(true)
        .ignoreMigrationPatterns("*:missing", "*:future")
        .load()
        .migrate();
    return this;
  }
}
