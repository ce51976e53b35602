package io.homecloud.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A program that we started and all that it started. Each of ours leads a session (see {@link
 * Launch}), so a descendant whose parent has ended is still found.
 */
record ProcessTree(ProcessIdentity leader) {
  private static final Duration LONGEST_END = Duration.ofSeconds(1);
  private static final long LOOK_MILLIS = 20;

  static ProcessTree of(Process process) {
    return new ProcessTree(
        ProcessIdentity.of(process.pid())
            // It has ended already; what it left in its session is looked for all the same.
            .orElseGet(() -> new ProcessIdentity(process.pid(), 0, ProcessIdentity.thisBoot())));
  }

  /**
   * Kills leader and members, again while new ones appear between looking and killing, and waits a
   * moment for their end: one that waits for a disk ends when that answers.
   */
  void kill() {
    kill(LONGEST_END);
  }

  /** The same, for who needs what they have to be free. */
  void kill(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    // Who has a session of its own is no member any more once its parent has ended.
    Set<ProcessIdentity> all = new HashSet<>();
    boolean interrupted = false;
    while (!killed(all) && System.nanoTime() < deadline) {
      interrupted |= Thread.interrupted();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean killed(Set<ProcessIdentity> all) {
    List<ProcessIdentity> found = members();
    found.forEach(process -> Signals.send(process, Signal.KILL));
    all.addAll(found);
    return all.stream().noneMatch(ProcessIdentity::lives);
  }

  /**
   * Asks the leader to stop, and once it has ended those that it left. True when all ended in that
   * time, false when some still live.
   */
  boolean stop(Signal signal, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Signals.send(leader, signal);
    if (!await(() -> !leader.lives(), deadline)) {
      return false;
    }
    members().forEach(member -> Signals.send(member, signal));
    return await(() -> members().isEmpty(), deadline);
  }

  /**
   * Looks from time to time: the JDK's wait for a process that is no child never ends where nobody
   * reaps orphans.
   */
  private static boolean await(BooleanSupplier end, long deadline) throws InterruptedException {
    while (!end.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    return true;
  }

  /** Those that live, the leader included. */
  List<ProcessIdentity> members() {
    if (!leader.boot().equals(ProcessIdentity.thisBoot())) {
      return List.of();
    }
    List<ProcessStat> all = processes();
    Optional<ProcessStat> namesake = all.stream().filter(p -> p.pid() == leader.pid()).findAny();
    if (namesake.filter(p -> p.startTicks() != leader.startTicks()).isPresent()) {
      // The number is another's, which the kernel does only after the last of the session ended.
      return List.of();
    }
    Set<Long> found = new HashSet<>(Set.of(leader.pid()));
    all.stream().filter(p -> p.session() == leader.pid()).forEach(p -> found.add(p.pid()));
    while (all.stream().anyMatch(p -> found.contains(p.parent()) && found.add(p.pid()))) {
      // a round for each generation of those that left the session
    }
    return all.stream()
        .filter(p -> found.contains(p.pid()) && !p.ended())
        .map(p -> new ProcessIdentity(p.pid(), p.startTicks(), leader.boot()))
        .toList();
  }

  private static List<ProcessStat> processes() {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.chars().allMatch(c -> c >= '0' && c <= '9'))
          .flatMap(name -> ProcessStat.of(Long.parseLong(name)).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
