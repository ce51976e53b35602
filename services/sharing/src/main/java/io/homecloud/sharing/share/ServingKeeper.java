package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.serving.Access;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.serving.Protocol;
import io.homecloud.sharing.serving.ServedShare;
import io.homecloud.sharing.serving.Serving;
import io.homecloud.sharing.serving.ShareServer.Applied;
import io.homecloud.sharing.share.mounts.Placed;
import io.homecloud.sharing.volume.KnownVolume;
import io.homecloud.sharing.volume.KnownVolumes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings all shares of this node into their places and to the servers, in passes over everything:
 * one at a time. Who asks about a share while a pass runs is answered by the next one, and so are
 * all others who asked meanwhile; who asks when none runs begins one at once.
 */
final class ServingKeeper implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ServingKeeper.class);
  private static final long OLD_NANOS = 60_000_000_000L;

  private final ResourceStore store;
  private final String node;
  private final KnownVolumes volumes;
  private final People people;
  private final ShareDirectories directories;
  private final ServerSet servers;
  private final AccessLogs accessLogs;
  private final Consumer<UUID> wake;

  private final ReentrantLock passing = new ReentrantLock();
  private final Map<UUID, Looked> verdicts = new ConcurrentHashMap<>();
  private final Set<UUID> stale = ConcurrentHashMap.newKeySet();
  private volatile boolean allStale;
  private volatile List<ServedShare> served = List.of();
  private volatile boolean closed;

  /**
   * @param at by the machine's own counting
   */
  private record Looked(ShareVerdict verdict, long at) {}

  ServingKeeper(
      ResourceStore store,
      String node,
      KnownVolumes volumes,
      People people,
      ShareDirectories directories,
      ServerSet servers,
      AccessLogs accessLogs,
      Consumer<UUID> wake) {
    this.store = store;
    this.node = node;
    this.volumes = volumes;
    this.people = people;
    this.directories = directories;
    this.servers = servers;
    this.accessLogs = accessLogs;
    this.wake = wake;
  }

  /** Something about it has changed: what was found before says nothing any more. */
  void touched(UUID share) {
    stale.add(share);
  }

  /** The same of all. */
  void touched() {
    allStale = true;
  }

  /** What the last pass gave to the servers. */
  List<ServedShare> served() {
    return served;
  }

  /** Has it written down, of what the last pass gave to the servers. */
  void accessed(Access access) {
    served.stream()
        .filter(share -> share.accessLog() && share.name().equals(access.share()))
        .findFirst()
        .ifPresent(share -> accessLogs.add(share.uid(), access));
  }

  /** How the share is, after a pass that has seen it as it is wished now. */
  ShareVerdict verdict(Resource<ShareSpec, ShareStatus> share) {
    passing.lock();
    try {
      ShareVerdict found = fresh(share);
      if (found == null) {
        pass();
        found = fresh(share);
      }
      // The row has gone or changed meanwhile: it is looked at anew when this is written.
      return found == null
          ? Objects.requireNonNull(
              lookedAt(share), () -> "share " + share.uid() + " was not looked at")
          : found;
    } finally {
      passing.unlock();
    }
  }

  private @Nullable ShareVerdict fresh(Resource<ShareSpec, ShareStatus> share) {
    Looked looked = verdicts.get(share.uid());
    return looked == null
            || allStale
            || stale.contains(share.uid())
            || System.nanoTime() - looked.at() > OLD_NANOS
            || looked.verdict().generation() < share.metadata().generation()
            || looked.verdict().deleting() != share.deleting()
        ? null
        : looked.verdict();
  }

  private @Nullable ShareVerdict lookedAt(Resource<ShareSpec, ShareStatus> share) {
    Looked looked = verdicts.get(share.uid());
    return looked == null ? notHere(share) : looked.verdict();
  }

  /** Nothing of it is left here; but one that nobody deletes goes on at another node. */
  private static ShareVerdict notHere(Resource<ShareSpec, ShareStatus> share) {
    return new ShareVerdict(
        share.uid(),
        share.metadata().generation(),
        share.deleting(),
        share.deleting()
            ? new ShareVerdict.State.Gone()
            : new ShareVerdict.State.NotServed(
                "Carried", "Another node has its volume now.", null, true, true),
        Map.of(),
        Map.of(),
        Map.of());
  }

  /** Looks at everything, and wakes the shares that are otherwise than they were. */
  void pass() {
    passing.lock();
    try {
      if (closed) {
        throw new IllegalStateException("sharing is being stopped");
      }
      allStale = false;
      stale.clear();
      Map<UUID, Looked> before = Map.copyOf(verdicts);
      List<ShareVerdict> now = look();
      long at = System.nanoTime();
      verdicts.clear();
      now.forEach(verdict -> verdicts.put(verdict.uid(), new Looked(verdict, at)));
      for (ShareVerdict verdict : now) {
        Looked was = before.get(verdict.uid());
        if (was != null && !was.verdict().equals(verdict)) {
          wake.accept(verdict.uid());
        }
      }
    } catch (RuntimeException e) {
      allStale = true;
      throw e;
    } finally {
      passing.unlock();
    }
  }

  private List<ShareVerdict> look() {
    List<Resource<ShareSpec, ShareStatus>> shares =
        store.all(SharingKinds.SHARE, Selection.on(node));
    Map<Boolean, Set<UUID>> logged =
        shares.stream()
            .collect(
                Collectors.partitioningBy(
                    share -> share.spec().accessLog() && !share.deleting(),
                    Collectors.mapping(Resource::uid, Collectors.toSet())));
    accessLogs.keep(
        Objects.requireNonNull(logged.get(true)), Objects.requireNonNull(logged.get(false)));
    Map<String, KnownVolume> byName = new HashMap<>();
    volumes.all().forEach(volume -> byName.put(volume.name(), volume));
    List<Person> persons = people.people();
    Map<UUID, ShareLine> lines = new HashMap<>();
    shares.forEach(share -> lines.put(share.uid(), prepare(share, byName, persons)));
    Map<Protocol, Applied> applied = servers.apply(serving(lines, persons));
    if (again(shares, lines, byName, persons)) {
      applied = servers.apply(serving(lines, persons));
    }
    List<ShareVerdict> verdicts = new ArrayList<>();
    for (Resource<ShareSpec, ShareStatus> share : shares) {
      verdicts.add(
          verdict(share, Objects.requireNonNull(lines.get(share.uid())), applied, persons));
    }
    directories.clearBut(shares.stream().map(Resource::name).collect(Collectors.toSet()));
    return verdicts;
  }

  private ShareLine prepare(
      Resource<ShareSpec, ShareStatus> share,
      Map<String, KnownVolume> byName,
      List<Person> persons) {
    try {
      KnownVolume volume = byName.get(share.spec().volume().value());
      return directories.prepare(share, volume, persons);
    } catch (RuntimeException e) {
      LOG.errorf(e, "share %s cannot be put in place", share.name());
      return new ShareLine.Not(
          "Failed", "Its directory could not be looked at; the log says why.", null, true);
    }
  }

  /**
   * What was in the way is tried again: servers had it that have let go of it now. Whether anything
   * can be served that could not, such as a home.
   */
  private boolean again(
      List<Resource<ShareSpec, ShareStatus>> shares,
      Map<UUID, ShareLine> lines,
      Map<String, KnownVolume> byName,
      List<Person> persons) {
    boolean freed = false;
    for (Resource<ShareSpec, ShareStatus> share : shares) {
      ShareLine before = Objects.requireNonNull(lines.get(share.uid()));
      boolean busy =
          before instanceof ShareLine.Not not && not.reason().equals(ShareDirectories.BUSY);
      if (busy || (before instanceof ShareLine.Servable servable && servable.soon())) {
        ShareLine line = prepare(share, byName, persons);
        lines.put(share.uid(), line);
        freed |= !servable(line).equals(servable(before));
      }
    }
    return freed;
  }

  private static Optional<ServedShare> servable(ShareLine line) {
    return line instanceof ShareLine.Servable servable
        ? Optional.of(servable.share())
        : Optional.empty();
  }

  private Serving serving(Map<UUID, ShareLine> lines, List<Person> persons) {
    List<ServedShare> now =
        lines.values().stream()
            .map(ServingKeeper::servable)
            .flatMap(Optional::stream)
            .sorted(java.util.Comparator.comparing(ServedShare::name))
            .toList();
    served = now;
    return new Serving(now, persons, people.groups());
  }

  private ShareVerdict verdict(
      Resource<ShareSpec, ShareStatus> share,
      ShareLine line,
      Map<Protocol, Applied> applied,
      List<Person> persons) {
    Map<Protocol, Integer> ports = new EnumMap<>(Protocol.class);
    Map<Protocol, String> failed = new EnumMap<>(Protocol.class);
    Map<Protocol, ShareLine.Lack> unused = new EnumMap<>(Protocol.class);
    List<ShareLine.Lack> elsewhere = new ArrayList<>();
    ShareVerdict.State state =
        switch (line) {
          case ShareLine.Servable(
                  ServedShare served,
                  UUID volume,
                  String directory,
                  var lacking) -> {
            unused.putAll(Nobody.of(served, persons));
            for (Protocol protocol : served.protocols()) {
              Optional<String> words = servers.failure(protocol, applied);
              if (words.isPresent()) {
                failed.put(protocol, words.get());
              } else if (!unused.containsKey(protocol)) {
                ports.put(protocol, port(applied.get(protocol)));
                servers
                    .elsewhere(protocol)
                    .ifPresent(why -> elsewhere.add(new ShareLine.Lack("OtherPort", why)));
              }
            }
            yield new ShareVerdict.State.Served(
                volume, directory, Stream.concat(lacking.stream(), elsewhere.stream()).toList());
          }
          case ShareLine.Not not -> released(share.name(), not);
          case ShareLine.Going _ ->
              directories.clear(share.name()) instanceof Placed.Busy busy
                  ? new ShareVerdict.State.NotServed(
                      ShareDirectories.BUSY, busy.sentence(), null, false, true)
                  : new ShareVerdict.State.Gone();
        };
    return new ShareVerdict(
        share.uid(), share.metadata().generation(), share.deleting(), state, ports, failed, unused);
  }

  private static int port(@Nullable Applied applied) {
    return applied instanceof Applied.InPlace(int port) ? port : 0;
  }

  /**
   * What is not served holds nothing of its volume, so that that can go. As long as it does, it has
   * another reason: it is told when it has let go, and that is when the reason changes.
   */
  private ShareVerdict.State released(Name share, ShareLine.Not not) {
    boolean kept = not.reason().equals(ShareDirectories.BUSY);
    Placed cleared = kept ? null : directories.clear(share);
    return cleared instanceof Placed.Busy busy
        ? new ShareVerdict.State.NotServed(
            ShareDirectories.BUSY,
            not.sentence() + " " + busy.sentence(),
            not.volume(),
            false,
            true)
        : new ShareVerdict.State.NotServed(
            not.reason(), not.sentence(), not.volume(), !kept, not.soon());
  }

  @Override
  public void close() {
    passing.lock();
    try {
      closed = true;
      servers.close();
      directories.close();
    } finally {
      passing.unlock();
    }
  }
}
