package io.homecloud.standalone.kinds;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.agroal.api.AgroalDataSource;
import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.Status;
import io.homecloud.kubernetes.Connection;
import io.homecloud.kubernetes.CustomResources;
import io.homecloud.testkit.TestPostgres;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A service with one kind that takes every wish as it is, and does nothing about it. */
final class TakingService<S, T extends Status> implements AutoCloseable {
  private final AgroalDataSource source =
      TestPostgres.freshSchema().migrated("db/events", "db/control").pool();
  private final ControlPlane plane;
  private final Kind<S, T> kind;

  TakingService(String service, Kind<S, T> kind, Connection connection, String namespace) {
    this.kind = kind;
    this.plane =
        new ControlPlane(
            service,
            "pi-1",
            source,
            json(),
            Clock.systemUTC(),
            _ -> CompletableFuture.completedFuture(null),
            Map.of(),
            made -> new CustomResources(made, connection, namespace));
    var _ = new ResourceApi<>(kind, "/" + kind.plural(), new Taking(), plane.room());
    plane.start(List.of(), List.of());
  }

  /** As Quarkus makes it. */
  static ObjectMapper json() {
    return JsonMapper.builder()
        .addModule(new JavaTimeModule())
        .addModule(new Jdk8Module())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .build();
  }

  private final class Taking implements Admission<S, T> {
    @Override
    public Admitted<S> create(Name name, S spec) {
      return new Admitted<>(spec, "pi-1", null);
    }

    @Override
    public S change(Resource<S, T> before, S wished) {
      return wished;
    }
  }

  java.util.Optional<Resource<S, T>> row(Name name) {
    return plane.resources().find(kind, name);
  }

  /** What is seen of it now. */
  void observe(Resource<S, T> row, T status) {
    boolean _ = plane.resources().observe(row, status, List.of());
  }

  @Override
  public void close() {
    plane.close();
    source.close();
  }
}
