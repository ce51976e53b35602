package io.homecloud.storage.disk;

import static io.homecloud.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.homecloud.host.mount.Mount;
import io.homecloud.storage.disk.DiskFact.Attached;
import io.homecloud.storage.disk.DiskFact.Changed;
import io.homecloud.storage.disk.DiskFact.Detached;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class DiskWatchTest {
  private static final DiskContent BLANK = new DiskContent.Blank();
  private static final DiskContent SWAP = new DiskContent.Swap("", "");

  private final List<DiskFact> facts = new CopyOnWriteArrayList<>();
  private final Machine machine = new Machine();

  @Test
  void everyDiskThatIsThereIsToldFirst() {
    // Given
    machine.plugged.add(disk("a", "sda", BLANK));
    // When
    DiskWatch watch = DiskWatch.start(machine, machine, facts::add);
    // Then
    assertThat(facts).containsExactly(new Attached(disk("a", "sda", BLANK)));
    assertThat(watch.disks()).containsExactly(disk("a", "sda", BLANK));
  }

  @Test
  void onlyTheDiskOfTheEventIsRead() {
    // Given
    machine.plugged.add(disk("a", "sda", BLANK));
    DiskWatch watch = DiskWatch.start(machine, machine, facts::add);
    facts.clear();
    machine.read.clear();
    machine.plugged.add(disk("b", "sdb", SWAP));
    // When
    machine.listener().changed(Set.of("sdb"));
    // Then
    assertThat(facts).containsExactly(new Attached(disk("b", "sdb", SWAP)));
    assertThat(machine.read).containsExactly("sdb");
    assertThat(watch.disk(new DiskId("b"))).contains(disk("b", "sdb", SWAP));
  }

  @Test
  void theSameEventTwiceIsOneFact() {
    // Given
    DiskWatch.start(machine, machine, facts::add);
    machine.plugged.add(disk("a", "sda", BLANK));
    // When
    machine.listener().changed(Set.of("sda"));
    machine.listener().changed(Set.of("sda"));
    // Then
    assertThat(facts).containsExactly(new Attached(disk("a", "sda", BLANK)));
  }

  @Test
  void anotherDiskWithTheSameKernelNameIsAnotherDisk() {
    // Given
    machine.plugged.add(disk("b", "sda", BLANK));
    DiskWatch.start(machine, machine, facts::add);
    facts.clear();
    machine.plugged.set(0, disk("a", "sda", BLANK));
    // When
    machine.listener().changed(Set.of("sda"));
    // Then
    assertThat(facts)
        .containsExactly(
            new Detached(disk("b", "sda", BLANK)), new Attached(disk("a", "sda", BLANK)));
  }

  @Test
  void lostEventsAreMadeUpForByLookingAtEverything() {
    // Given
    machine.plugged.addAll(List.of(disk("a", "sda", BLANK), disk("b", "sdb", BLANK)));
    DiskWatch.start(machine, machine, facts::add);
    facts.clear();
    machine.plugged.clear();
    machine.plugged.addAll(List.of(disk("b", "sdb", SWAP), disk("c", "sdc", BLANK)));
    // When
    machine.listener().missed();
    // Then
    assertThat(facts)
        .containsExactly(
            new Detached(disk("a", "sda", BLANK)),
            new Changed(disk("b", "sdb", BLANK), disk("b", "sdb", SWAP)),
            new Attached(disk("c", "sdc", BLANK)));
  }

  @Test
  void whatCannotBeReadOrIsNotThereYetIsLookedAtAgain() throws Exception {
    // Given
    try (DiskWatch watch = DiskWatch.start(machine, machine, facts::add)) {
      machine.plugged.add(disk("a", "sda", new DiskContent.Unreadable("not ready")));
      machine.listener().changed(Set.of("sda", "sdb"));
      // When
      machine.plugged.set(0, disk("a", "sda", SWAP));
      machine.plugged.add(disk("b", "sdb", SWAP));
      // Then
      eventually(() ->
          assertThat(watch.disks())
              .containsExactly(disk("a", "sda", SWAP), disk("b", "sdb", SWAP)));
    }
  }

  @Test
  void whoAsksToLookAgainDuringTheFirstLookIsHeard() {
    // Given
    SeenDisks seen = new SeenDisks(machine);
    machine.plugged.add(disk("a", "sda", BLANK));
    machine.meanwhile =
        () -> {
          machine.meanwhile = () -> {};
          machine.plugged.set(0, disk("a", "sda", SWAP));
          seen.lookAgain();
        };
    // When
    seen.watch(machine, facts::add);
    // Then
    assertThat(seen.all()).containsExactly(disk("a", "sda", SWAP));
  }

  @Test
  void afterAFirstLookThatFailedTheNextOneBegins() {
    // Given
    SeenDisks seen = new SeenDisks(machine);
    machine.plugged.add(disk("a", "sda", BLANK));
    machine.meanwhile =
        () -> {
          throw new IllegalStateException("no room for another process");
        };
    assertThatThrownBy(() -> seen.watch(machine, facts::add)).hasMessageContaining("no room");
    machine.meanwhile = () -> {};
    // When
    seen.watch(machine, facts::add);
    seen.watch(machine, facts::add);
    // Then
    assertThat(machine.listeners).hasSize(1);
    assertThat(facts).containsExactly(new Attached(disk("a", "sda", BLANK)));
  }

  private static Disk disk(String id, String name, DiskContent content) {
    return new Disk(
        new DiskId(id),
        name,
        Path.of("/dev").resolve(name),
        1 << 30,
        "Model",
        "Serial",
        Transport.USB,
        true,
        true,
        false,
        content,
        List.of(),
        new DiskUse(false, List.of(), false, List.of(), false));
  }

  /** A machine whose disks are a list. */
  private static final class Machine implements Disks, DiskEvents {
    final List<Disk> plugged = new CopyOnWriteArrayList<>();
    final List<String> read = new CopyOnWriteArrayList<>();

    /** What happens while all are looked at. */
    Runnable meanwhile = () -> {};

    private final List<Listener> listeners = new ArrayList<>();

    Listener listener() {
      return listeners.getFirst();
    }

    @Override
    public List<Disk> scan() {
      List<Disk> seen = List.copyOf(plugged);
      meanwhile.run();
      return seen;
    }

    @Override
    public Optional<Disk> scan(String name) {
      read.add(name);
      return plugged.stream().filter(disk -> disk.name().equals(name)).findFirst();
    }

    @Override
    public Optional<Disk> find(String idOrPath) {
      return plugged.stream().filter(disk -> disk.id().value().equals(idOrPath)).findFirst();
    }

    @Override
    public List<Disk> usedNow(List<Disk> seen) {
      return seen;
    }

    @Override
    public List<Mount> mounts(Disk disk) {
      return List.of();
    }

    @Override
    public Closeable listen(Listener listener) {
      listeners.add(listener);
      return () -> listeners.remove(listener);
    }
  }
}
