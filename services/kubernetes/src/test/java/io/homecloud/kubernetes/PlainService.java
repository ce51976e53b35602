package io.homecloud.kubernetes;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.Status;
import io.homecloud.storage.StorageKinds;
import io.homecloud.storage.StorageProblem;
import io.homecloud.storage.pool.PoolSpec;
import io.homecloud.storage.trash.TrashSpec;
import io.homecloud.storage.volume.VolumeSpec;
import io.homecloud.storage.volume.VolumeStatus;
import io.homecloud.testkit.TestSchema;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An instance of storage that takes every wish and does nothing about it: what is observed a test
 * says itself.
 */
final class PlainService implements AutoCloseable {
  /** Of a restore what matters to the operators. */
  record State(
      String state, @Nullable Long restored, long observedGeneration, List<Condition> conditions)
      implements Status {
    @Override
    public boolean ended() {
      return state != null && state.equals("Completed");
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Restored(Name run, @Nullable String overwrite) {}

  static final Kind<Restored, State> RESTORE =
      new Kind<>("Restore", "restores", Restored.class, State.class);

  /** That no manifest erases. */
  static final String DISK_OF_A_POOL = "ata-pool";

  private final AgroalDataSource source;
  private final Connection connection = Connection.found();
  private final Set<String> inUse = ConcurrentHashMap.newKeySet();
  private final ControlPlane plane;

  PlainService(TestSchema schema, String namespace, String node) {
    this(schema, namespace, node, _ -> {});
  }

  /**
   * @param prepare before it starts
   */
  PlainService(TestSchema schema, String namespace, String node, Consumer<ControlPlane> prepare) {
    this(
        "storage",
        schema,
        namespace,
        node,
        List.of(StorageKinds.POOL, StorageKinds.VOLUME),
        prepare);
  }

  /** One of backup, with restores. */
  static PlainService backup(TestSchema schema, String namespace) {
    return new PlainService("backup", schema, namespace, "pi-1", List.of(RESTORE), _ -> {});
  }

  private PlainService(
      String service,
      TestSchema schema,
      String namespace,
      String node,
      List<Kind<?, ?>> kinds,
      Consumer<ControlPlane> prepare) {
    this.source = schema.pool();
    this.plane =
        new ControlPlane(
            service,
            node,
            source,
            json(),
            Clock.systemUTC(),
            _ -> CompletableFuture.completedFuture(null),
            Map.of(),
            made -> new CustomResources(made, connection, namespace));
    kinds.forEach(this::offer);
    prepare.accept(plane);
    plane.start(List.of(), List.of());
  }

  private static ObjectMapper json() {
    return JsonMapper.builder()
        .addModule(new JavaTimeModule())
        .addModule(new Jdk8Module())
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .build();
  }

  private <S, T extends Status> void offer(Kind<S, T> kind) {
    var _ =
        new ResourceApi<>(
            kind,
            "/" + kind.plural(),
            new Admission<S, T>() {
              @Override
              public Admitted<S> create(Name name, S spec) {
                if (spec instanceof PoolSpec pool && !plane.node().equals(pool.node())) {
                  throw CommonProblem.NOT_OF_THIS_NODE.because(
                      "It is of node " + pool.node() + ".");
                }
                return new Admitted<>(spec, plane.node(), null);
              }

              @Override
              public void declared(@Nullable Resource<S, T> before, S spec) {
                if (spec instanceof PoolSpec pool && pool.disks().contains(DISK_OF_A_POOL)) {
                  throw plane.node().equals(pool.node())
                      ? StorageProblem.DISK_NOT_EMPTY.because("A pool is on its disk.")
                      : CommonProblem.NOT_OF_THIS_NODE.because("It is of " + pool.node() + ".");
                }
              }

              @Override
              public S change(Resource<S, T> before, S wished) {
                if (wished instanceof PoolSpec && !plane.node().equals(before.node())) {
                  throw CommonProblem.NOT_OF_THIS_NODE.because("It is of " + before.node() + ".");
                }
                if (wished instanceof PoolSpec pool && !before.node().equals(pool.node())) {
                  throw CommonProblem.FIELD_IMMUTABLE.because("A pool moves by its disks.");
                }
                return wished;
              }

              @Override
              public void delete(Resource<S, T> row) {
                if (!plane.node().equals(row.node())) {
                  throw CommonProblem.NOT_OF_THIS_NODE.because("It is of " + row.node() + ".");
                }
                if (inUse.contains(row.name().value())) {
                  throw StorageProblem.VOLUME_BUSY.because("It is in use here.");
                }
              }
            },
            plane.room());
  }

  ControlPlane plane() {
    return plane;
  }

  Optional<Resource<VolumeSpec, VolumeStatus>> volume(String name) {
    return plane.resources().find(StorageKinds.VOLUME, new Name(name));
  }

  /** Names of what cannot be deleted now. */
  Set<String> inUse() {
    return inUse;
  }

  /** The newest wish is fulfilled. */
  void observe(String name) {
    Resource<VolumeSpec, VolumeStatus> row = volume(name).orElseThrow();
    long generation = row.metadata().generation();
    boolean _ =
        plane
            .resources()
            .observe(
                row,
                new VolumeStatus(
                    null,
                    null,
                    null,
                    generation,
                    new Conditions(row.conditions(), generation, plane.clock()).ready().build()),
                List.of());
  }

  /** A volume whose deletion is asked for goes, and somebody restores it under that name. */
  void throughTheTrash(String name, String as) {
    Resource<VolumeSpec, VolumeStatus> row = volume(name).orElseThrow();
    Name entry = new Name(row.uid().toString());
    TrashSpec spec = new TrashSpec(row.name(), row.spec(), Instant.EPOCH);
    ResourceStore store = plane.resources();
    store.useTransaction(transaction -> {
      store.become(transaction, row.uid(), StorageKinds.TRASH, entry, spec, null);
      store.become(
          transaction, row.uid(), StorageKinds.VOLUME, new Name(as), row.spec(), row.status());
    });
  }

  @Override
  public void close() {
    plane.close();
    connection.close();
    source.close();
  }
}
