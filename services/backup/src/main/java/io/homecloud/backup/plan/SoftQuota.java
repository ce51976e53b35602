package io.homecloud.backup.plan;

import io.homecloud.backup.engine.Chain;
import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.tree.RunMark.Contents;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.Retention.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which of the runs that the retention keeps go because together they are too large. How large they
 * are is reckoned from what each brought: trees are not read for it.
 */
final class SoftQuota {
  private final long most;
  private final Map<Name, Contents> contents;
  private final Optional<Name> last;

  /**
   * @param runs of which there are copies in one place
   */
  SoftQuota(long most, List<Resource<RunSpec, RunStatus>> runs) {
    this.most = most;
    this.contents = new HashMap<>();
    // Whatever their times say: they may be of a clock that was wrong.
    this.last =
        runs.stream()
            .max(
                Comparator.comparingLong(
                        (Resource<RunSpec, RunStatus> run) -> run.metadata().revision())
                    .thenComparing(run -> run.spec().at()))
            .map(Resource::name);
    for (Resource<RunSpec, RunStatus> run : runs) {
      RunStatus status = run.status();
      if (status != null && status.contents() != null) {
        contents.put(run.name(), status.contents());
      }
    }
  }

  /**
   * The oldest that have to go. Of a chain none goes before all of it may.
   *
   * @param newestFirst what the retention says
   * @param chains of the runs whose copies are in one
   */
  List<Name> over(List<Verdict<Name>> newestFirst, Map<Name, Chain> chains) {
    List<Name> over = over(newestFirst);
    Set<Chain> stay = new HashSet<>();
    newestFirst.stream()
        .filter(verdict -> verdict.keeps() && !over.contains(verdict.copy().id()))
        .map(verdict -> chains.get(verdict.copy().id()))
        .filter(Objects::nonNull)
        .forEach(stay::add);
    return over.stream()
        .filter(run -> !chains.containsKey(run) || !stay.contains(chains.get(run)))
        .toList();
  }

  private List<Name> over(List<Verdict<Name>> newestFirst) {
    List<Verdict<Name>> kept =
        new ArrayList<>(newestFirst.stream().filter(Verdict::keeps).toList());
    List<Name> gone = new ArrayList<>();
    while (size(kept) > most) {
      Optional<Verdict<Name>> oldest = kept.reversed().stream().filter(this::mayGo).findFirst();
      if (oldest.isEmpty()) {
        return gone;
      }
      kept.remove(oldest.get());
      gone.add(oldest.get().copy().id());
    }
    return gone;
  }

  /**
   * Never the newest, one that is pinned, one whose time cannot be right, the last of a volume, or
   * the one before a copy of next to nothing.
   */
  private boolean mayGo(Verdict<Name> verdict) {
    return !verdict.copy().pinned()
        && !verdict.reasons().contains("in the future")
        && !verdict.reasons().contains("the newest good one")
        && !verdict.reasons().contains(VolumesBefore.REASON)
        && !verdict.reasons().contains(LessThanBefore.REASON)
        && !last.filter(verdict.copy().id()::equals).isPresent();
  }

  /** All of the oldest, and what each later one brought. */
  private long size(List<Verdict<Name>> newestFirst) {
    long size = 0;
    long before = 0;
    for (Verdict<Name> verdict : newestFirst.reversed()) {
      Contents now = contents.getOrDefault(verdict.copy().id(), Contents.NONE);
      // What runs brought that are gone is in the next one, as far as that is larger for it.
      size += Math.min(now.bytes(), Math.max(now.bytesCopied(), now.bytes() - before));
      before = now.bytes();
    }
    return size;
  }
}
