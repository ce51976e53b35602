package io.homecloud.backup.search;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.homecloud.backup.BackupKinds;
import io.homecloud.backup.run.PrivateDirectory;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunTimes;
import io.homecloud.backup.run.Runs;
import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the indexes as the runs are, one thing at a time, in a thread of its own: a run is complete
 * without it. What could not be taken in, because its repository is away, is taken in later.
 */
public final class CopyIndexes implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(CopyIndexes.class);
  private static final String SUFFIX = ".index";

  private final ResourceStore store;
  private final String node;
  private final Function<Resource<RunSpec, RunStatus>, CopyListing> listings;
  private final RunTimes times;
  private final ObjectMapper json;
  private final Path own;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("backup-index").factory());
  private final AtomicBoolean waiting = new AtomicBoolean();

  /**
   * @param node of whose runs they are; each node keeps those of its own
   * @param listings what a complete run has; throws a problem when its repository is away
   * @param own where the indexes are
   */
  public CopyIndexes(
      ResourceStore store,
      String node,
      Function<Resource<RunSpec, RunStatus>, CopyListing> listings,
      RunTimes times,
      ObjectMapper json,
      Path own) {
    this.store = store;
    this.node = node;
    this.listings = listings;
    this.times = times;
    this.json = json;
    this.own = own;
  }

  /**
   * Whose copies an index has; another installation's are by themselves.
   *
   * @param drive that they are on, in a set of them: each has its own, which needs no other drive
   */
  public record Key(Name repository, Name plan, @Nullable UUID installation, @Nullable String drive)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing((Key key) -> key.plan)
            .thenComparing(Key::repository)
            .thenComparing(key -> String.valueOf(key.installation))
            .thenComparing(key -> String.valueOf(key.drive));

    static Key of(Resource<RunSpec, RunStatus> run) {
      return new Key(
          run.spec().repository(),
          run.spec().plan(),
          run.spec().installation(),
          Runs.drive(run).orElse(null));
    }

    /** Of this installation's plan, wherever in the repository. */
    boolean isOurs(Name itsRepository, Name itsPlan) {
      return installation == null && repository.equals(itsRepository) && plan.equals(itsPlan);
    }

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }

    /** Names have no dots. */
    String file() {
      return repository
          + "."
          + plan
          + (installation == null ? "" : "." + installation)
          + (drive == null ? "" : ".drive-" + drive)
          + SUFFIX;
    }
  }

  /**
   * The runs of an index.
   *
   * @param runs all that are complete, by their uids
   */
  record Group(Key key, Map<UUID, Resource<RunSpec, RunStatus>> runs) {}

  /** Whether its copies can be had now. */
  boolean isHere(Group group) {
    try {
      CopyListing _ = listings.apply(group.runs().values().iterator().next());
      return true;
    } catch (ProblemException e) {
      return false;
    }
  }

  /** By plan. */
  List<Group> groups() {
    Map<Key, Map<UUID, Resource<RunSpec, RunStatus>>> groups = new TreeMap<>();
    for (Resource<RunSpec, RunStatus> run : store.all(BackupKinds.RUN, Selection.on(node))) {
      if (!run.deleting() && Runs.complete(run)) {
        groups.computeIfAbsent(Key.of(run), _ -> new HashMap<>()).put(run.uid(), run);
      }
    }
    List<Group> all = new ArrayList<>();
    groups.forEach((key, runs) -> all.add(new Group(key, runs)));
    return all;
  }

  CopyIndex index(Key key) {
    return new CopyIndex(own.resolve("index").resolve(key.file()), json);
  }

  private Path sums() {
    return own.resolve("sums");
  }

  /** Where a run puts the checksums that it tells. */
  public Path sums(UUID run) {
    return sums().resolve(run.toString());
  }

  /** Something has changed: looked at soon. */
  public void wake() {
    if (waiting.compareAndSet(false, true)) {
      worker.execute(() -> {
        waiting.set(false);
        try {
          keep();
        } catch (IOException | RuntimeException e) {
          LOG.warnf("the index of copies is behind: %s", e);
        }
      });
    }
  }

  private void keep() throws IOException {
    PrivateDirectory.make(own.resolve("index"));
    List<Group> groups = groups();
    for (Group group : groups) {
      try {
        keep(group);
      } catch (ProblemException e) {
        LOG.debugf("copies of %s are not in the index yet: %s", group.key().plan(), e.detail());
      } catch (DamagedIndex e) {
        LOG.warnf("the index of %s is made anew: %s", group.key().plan(), e.getMessage());
        index(group.key()).clear();
        retry(group);
      } catch (IOException e) {
        // The copy could not be read to its end. What is known of those before it stays: their
        // checksums are nowhere else.
        LOG.warnf("the index of %s is behind: %s", group.key().plan(), e.getMessage());
      } catch (RuntimeException e) {
        LOG.warnf(e, "the index of %s is behind", group.key().plan());
      }
    }
    Set<String> wanted =
        groups.stream().map(group -> group.key().file()).collect(Collectors.toSet());
    try (var files = Files.list(own.resolve("index"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (wanted.stream().noneMatch(name::startsWith)) {
          Files.deleteIfExists(file);
        }
      }
    }
    forgetSums();
  }

  /** Of runs that did not become copies nobody asks for them. */
  private void forgetSums() throws IOException {
    if (!Files.isDirectory(sums())) {
      return;
    }
    try (var directories = Files.list(sums())) {
      for (Path sums : directories.toList()) {
        Optional<Resource<RunSpec, RunStatus>> run = run(sums.getFileName().toString());
        if (run.filter(of -> Runs.underWay(of) || Runs.complete(of)).isEmpty()) {
          SumFile.remove(sums);
        }
      }
    }
  }

  private Optional<Resource<RunSpec, RunStatus>> run(String uid) {
    try {
      return store.find(BackupKinds.RUN, UUID.fromString(uid));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void retry(Group group) {
    try {
      keep(group);
    } catch (IOException | ProblemException e) {
      LOG.warnf("the index of %s waits: %s", group.key().plan(), e.getMessage());
    }
  }

  private void keep(Group group) throws IOException {
    CopyIndex index = index(group.key());
    index.forget(group.runs().keySet());
    Set<UUID> known =
        index.runs().stream()
            .map(CopyIndex.Run::uid)
            .collect(Collectors.toCollection(HashSet::new));
    Comparator<Resource<RunSpec, RunStatus>> oldestFirst = times.oldestFirst();
    List<Resource<RunSpec, RunStatus>> missing =
        group.runs().values().stream()
            .filter(run -> !known.contains(run.uid()))
            .sorted(oldestFirst)
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    boolean between =
        index.runs().stream()
            .map(run -> group.runs().get(run.uid()))
            .filter(Objects::nonNull)
            .anyMatch(run -> oldestFirst.compare(run, missing.getFirst()) > 0);
    if (between) {
      // Found later than those after it.
      index.clear();
      keep(group);
      return;
    }
    for (Resource<RunSpec, RunStatus> run : missing) {
      add(index, run, listings.apply(run));
    }
  }

  private void add(CopyIndex index, Resource<RunSpec, RunStatus> run, CopyListing listing)
      throws IOException {
    CopyIndex.Run entry = new CopyIndex.Run(run.uid(), run.spec().at());
    Path sums = sums(run.uid());
    List<CopyIndex.Run> runs = index.runs();
    Optional<Changed> changed =
        runs.isEmpty() ? Optional.empty() : ChangesFile.read(sums, runs.getLast().uid());
    if (changed.isPresent() && listing instanceof TreeListing tree) {
      index.addChanged(entry, changed.get(), tree, sums);
    } else {
      index.add(entry, listing, sums);
    }
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
