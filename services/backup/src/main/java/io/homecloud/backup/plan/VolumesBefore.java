package io.homecloud.backup.plan;

import io.homecloud.backup.run.RunSpec;
import io.homecloud.backup.run.RunStatus;
import io.homecloud.backup.run.RunStatus.CopiedVolume;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.schedule.Retention.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Volumes that a plan had copied and does not copy any more: they were made anew under their names,
 * or taken out of it, as one is that is lost. What it copies now must not age out what it has of
 * the ones before: of each the newest run stays until somebody deletes it.
 */
final class VolumesBefore {
  static final String REASON =
      "the newest of a volume that was made anew or is not copied any more";

  private final Optional<Set<UUID>> present;

  /**
   * @param runs complete ones of a plan, wherever their copies are
   * @param latest what says to be later tells nothing of the present
   */
  VolumesBefore(List<Resource<RunSpec, RunStatus>> runs, Instant latest) {
    present =
        runs.stream()
            .filter(run -> !run.spec().at().isAfter(latest) && !volumes(run).isEmpty())
            .max(OLDEST_FIRST)
            .map(run ->
                volumes(run).stream()
                    .map(CopiedVolume::uid)
                    .collect(Collectors.toUnmodifiableSet()));
  }

  private static final Comparator<Resource<RunSpec, RunStatus>> OLDEST_FIRST =
      Comparator.comparing(run -> run.spec().at());

  /** What is not known is what there is now. */
  private static List<CopiedVolume> volumes(Resource<RunSpec, RunStatus> run) {
    return run.status() == null || run.status().volumes() == null
        ? List.of()
        : run.status().volumes();
  }

  private boolean isBefore(CopiedVolume volume) {
    return present.filter(now -> !now.contains(volume.uid())).isPresent();
  }

  /**
   * The runs that stay, each with the names of the volumes for which it does.
   *
   * @param there those whose copies are in one place
   */
  Map<Name, Set<Name>> stay(List<Resource<RunSpec, RunStatus>> there) {
    Map<CopiedVolume, Name> newest = new HashMap<>();
    there.stream()
        .sorted(OLDEST_FIRST)
        .forEach(run ->
            volumes(run).stream()
                .filter(this::isBefore)
                .forEach(volume -> newest.put(volume, run.name())));
    Map<Name, Set<Name>> stay = new HashMap<>();
    newest.forEach(
        (volume, run) -> stay.computeIfAbsent(run, _ -> new HashSet<>()).add(volume.name()));
    return stay;
  }

  /** The same verdicts, but who is to stay stays, and says so. */
  static List<Verdict<Name>> judge(List<Verdict<Name>> verdicts, Set<Name> stay, String reason) {
    return verdicts.stream()
        .map(verdict -> stay.contains(verdict.copy().id()) ? kept(verdict, reason) : verdict)
        .toList();
  }

  private static Verdict<Name> kept(Verdict<Name> verdict, String reason) {
    List<String> reasons = new ArrayList<>(verdict.reasons());
    reasons.add(reason);
    return new Verdict<>(verdict.copy(), List.copyOf(reasons));
  }
}
