package io.homecloud.standalone.killed;

import static io.homecloud.testkit.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.homecloud.standalone.killed.Belongings.Snapshot;
import io.homecloud.standalone.killed.Belongings.Volume;
import io.homecloud.standalone.killed.PoolOperations.Extra;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Looks whether everything that was acknowledged is there and nothing else was left behind. */
final class Inspection {
  private static final Duration CONVERGED = Duration.ofSeconds(90);

  private final Machine machine;
  private final List<Belongings> clients;
  private final PoolOperations.Mine pools;
  private final List<Path> disks;
  private final Map<String, String> foreign;
  private boolean namelessAllowed;

  /** What will be known once everything has been found as it should be. */
  private final List<Runnable> settled = new ArrayList<>();

  /**
   * @param disks that are plugged in
   * @param foreign the files of the one that is imported from
   */
  Inspection(
      Machine machine,
      List<Belongings> clients,
      PoolOperations.Mine pools,
      List<Path> disks,
      Map<String, String> foreign) {
    this.machine = machine;
    this.clients = clients;
    this.pools = pools;
    this.disks = disks;
    this.foreign = foreign;
  }

  /** What was made and not acknowledged may be on the disk without its name. */
  Inspection allowingNameless() {
    namelessAllowed = true;
    return this;
  }

  /** Waits for it; what was in doubt is known afterwards. */
  Observed everythingIsAsAsked(Api api) {
    Observed[] last = new Observed[1];
    within(
        CONVERGED,
        () -> {
          Observed told = Observed.by(api);
          told.assertSettled();
          settled.clear();
          assertKnown(told);
          machine.assertMounts(told);
          for (JsonNode pool : told.pools()) {
            PoolDisk disk = new PoolDisk(told, pool);
            disk.assertSubvolumes();
            disk.assertQuotas();
            disk.assertCatalogue();
          }
          machine.assertLoops(disks);
          machine.assertNoPrograms();
          remember(told);
          last[0] = told;
        });
    return last[0];
  }

  private void assertKnown(Observed told) throws IOException {
    for (Belongings client : clients) {
      for (Volume volume : client.volumes()) {
        must(volume.name(), volume.known(), told.volumeState(volume.name()));
      }
      for (Snapshot snapshot : client.snapshots()) {
        must(snapshot.name(), snapshot.known(), told.snapshotState(snapshot.name()));
      }
    }
    must("what was imported", pools.imported(), imported(told));
    assertThat(told.volumes().stream().filter(this::wished).map(Observed::name))
        .isSubsetOf(clients.stream().flatMap(c -> c.volumes().stream()).map(Volume::name).toList());
    assertThat(told.snapshots().stream().filter(this::wished).map(Observed::name))
        .isSubsetOf(
            clients.stream().flatMap(c -> c.snapshots().stream()).map(Snapshot::name).toList());
    must("the spare disk that has joined", pools.joined(), joined(told));
    must("the profiles of the pool", pools.profiles(), told.profiles("home"));
    must("the pool extra", pools.extra(), extra(told));
  }

  /** Not the administrator's, no snapshot that a rollback kept, and no finding. */
  private boolean wished(JsonNode resource) {
    String name = Observed.name(resource);
    return !name.equals(PoolOperations.Mine.IMPORTED)
        && !name.equals(PoolOperations.Mine.KEPT)
        && !Observed.labels(resource).containsKey("homecloud.io/before-task")
        && !(namelessAllowed && name.startsWith("recovered-"));
  }

  private Set<String> imported(Observed told) throws IOException {
    Set<String> directories = new TreeSet<>();
    if (told.liveVolume(PoolOperations.Mine.IMPORTED).isPresent()) {
      Map<String, Map<String, String>> found = new TreeMap<>();
      told.volumeState(PoolOperations.Mine.IMPORTED)
          .files()
          .forEach((file, content) -> {
            String[] parts = file.split("/", 2);
            found.computeIfAbsent(parts[0], _ -> new TreeMap<>()).put(parts[1], content);
          });
      assertThat(found.values()).allSatisfy(files -> assertThat(files).isEqualTo(foreign));
      directories.addAll(found.keySet());
    }
    return Set.copyOf(directories);
  }

  private <S> void must(String what, Known<S> known, S seen) {
    assertThat(known.possible()).as(what).contains(seen);
    settled.add(() -> known.seen(seen));
  }

  private String joined(Observed told) {
    List<String> joined = new ArrayList<>();
    for (JsonNode device : told.pool("home").orElseThrow().path("status").path("devices")) {
      String path = device.path("path").asText();
      if (path.equals(pools.spares().joining().path())
          || path.equals(pools.spares().replacing().path())) {
        joined.add(path);
      }
    }
    assertThat(joined).hasSizeLessThan(2);
    return String.join("", joined);
  }

  /** One that is not here may be away or nowhere; what is known of it tells which. */
  private Extra extra(Observed told) {
    boolean kept = told.liveVolume(PoolOperations.Mine.KEPT).isPresent();
    if (told.pool("extra").isPresent()) {
      return kept ? Extra.FILLED : Extra.HERE;
    }
    assertThat(kept).isFalse();
    return pools.extra().possible().stream()
        .filter(one -> one.back() != one || one == Extra.NONE)
        .findFirst()
        .orElse(Extra.NONE);
  }

  private void remember(Observed told) {
    settled.forEach(Runnable::run);
    settled.clear();
    for (Belongings client : clients) {
      for (Volume volume : client.volumes()) {
        told.liveVolume(volume.name())
            .or(() -> told.trashed(volume.name()))
            .ifPresent(there -> volume.uid().set(Observed.uid(there)));
      }
      client.tidy();
    }
  }
}
