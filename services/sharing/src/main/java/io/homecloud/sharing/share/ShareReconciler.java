package io.homecloud.sharing.share;

import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Condition;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.events.Fact;
import io.homecloud.events.sharing.ShareFact;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.share.ShareVerdict.State;
import io.homecloud.sharing.share.mounts.Placed;
import io.homecloud.sharing.volume.KnownVolume;
import io.homecloud.sharing.volume.VolumeFeature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Asks how a share is, and says so; the keeper acts, over all shares at once. */
final class ShareReconciler implements Reconciler<ShareSpec, ShareStatus> {
  /** What is expected to be otherwise soon, though nobody may tell. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private final ServingKeeper keeper;
  private final VolumeFeature volumes;
  private final ShareStatusFactory statuses;
  private final Sessions sessions;

  ShareReconciler(
      ServingKeeper keeper, VolumeFeature volumes, ShareStatusFactory statuses, Sessions sessions) {
    this.keeper = keeper;
    this.volumes = volumes;
    this.statuses = statuses;
    this.sessions = sessions;
  }

  @Override
  public Kind<ShareSpec, ShareStatus> kind() {
    return SharingKinds.SHARE;
  }

  @Override
  public Outcome<ShareStatus> reconcile(Resource<ShareSpec, ShareStatus> share) {
    Optional<Duration> askAgain =
        volumes.finder().lookAgain(share.spec().volume(), !isNotMounted(share));
    boolean snapshots =
        !share.spec().previousVersions() || volumes.finder().bringSnapshots(share.spec().volume());
    ShareVerdict verdict = keeper.verdict(share);
    ShareStatus status =
        statuses.of(share, verdict, sessions.count(share.name()), below(share, verdict.state()));
    return switch (verdict.state()) {
      case State.Gone _ -> new Outcome.Gone<>(deleted(share));
      case State.NotServed notServed when share.deleting() -> {
        keeper.touched(share.uid());
        yield new Outcome.LookAgain<>(status, List.of(), SOON);
      }
      case State.NotServed notServed -> {
        List<Fact> facts = released(share, notServed);
        Optional<Duration> again = notServed.soon() ? Optional.of(SOON) : askAgain;
        if (again.isEmpty()) {
          yield new Outcome.Settled<>(status, facts);
        }
        keeper.touched(share.uid());
        yield new Outcome.LookAgain<>(status, facts, again.get());
      }
      case State.Served served -> {
        List<Fact> facts = served(share, served, status);
        boolean soon = served.lacking().stream().anyMatch(ShareLine.Lack::soon);
        if (verdict.failed().isEmpty() && !soon && snapshots) {
          yield new Outcome.Settled<>(status, facts);
        }
        keeper.touched(share.uid());
        yield new Outcome.LookAgain<>(status, facts, SOON);
      }
    };
  }

  private static boolean isNotMounted(Resource<ShareSpec, ShareStatus> share) {
    return share.status() != null
        && Conditions.find(share.status().conditions(), Condition.READY)
            .filter(ready -> ready.reason().equals(Placed.Why.VolumeNotMounted.name()))
            .isPresent();
  }

  /** What the volume of a share that is served lacks, and its pool. */
  private List<ShareLine.Lack> below(Resource<ShareSpec, ShareStatus> share, State state) {
    if (!(state instanceof State.Served)) {
      return List.of();
    }
    Optional<KnownVolume> volume = volumes.known().find(share.spec().volume().value());
    return Stream.concat(
            volumes.known().pools().stream()
                .filter(
                    pool -> volume.map(KnownVolume::pool).filter(pool.uid()::equals).isPresent())
                .flatMap(pool ->
                    Stream.of(
                        lack("PoolDegraded", pool.degraded()), lack("SpaceLow", pool.spaceLow()))),
            volume.stream().map(known -> lack("SpaceLow", known.spaceLow())))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Optional<ShareLine.Lack> lack(String reason, @Nullable String sentence) {
    return Optional.ofNullable(sentence).map(words -> new ShareLine.Lack(reason, words));
  }

  private static List<Fact> served(
      Resource<ShareSpec, ShareStatus> share, State.Served served, ShareStatus now) {
    ShareStatus before = share.status();
    if (before == null || before.directory() == null) {
      return List.of(
          new ShareFact.ShareCreated(
              share.uid(),
              share.name().value(),
              share.node(),
              served.volume(),
              path(share),
              protocols(share)));
    }
    boolean same =
        before.observedGeneration() == now.observedGeneration()
            && Conditions.isTrue(before.conditions(), Condition.READY)
                == Conditions.isTrue(now.conditions(), Condition.READY)
            && before.urls().equals(now.urls());
    return same
        ? List.of()
        : List.of(
            new ShareFact.ShareChanged(
                share.uid(),
                share.name().value(),
                share.node(),
                served.volume(),
                path(share),
                protocols(share)));
  }

  private static String path(Resource<ShareSpec, ShareStatus> share) {
    return share.spec().path() == null ? "" : share.spec().path();
  }

  private static List<String> protocols(Resource<ShareSpec, ShareStatus> share) {
    List<String> words = new ArrayList<>();
    share
        .spec()
        .protocols()
        .forEach(protocol -> words.add(protocol.name().toLowerCase(java.util.Locale.ROOT)));
    return words;
  }

  /** Told once, when it was served before: who waits for the volume may go on. */
  private static List<Fact> released(
      Resource<ShareSpec, ShareStatus> share, State.NotServed notServed) {
    UUID volume = notServed.volume();
    boolean was =
        share.status() != null
            && !Conditions.find(share.conditions(), Condition.READY)
                .map(Condition::reason)
                .orElse("")
                .equals(notServed.reason());
    return was && volume != null && notServed.released()
        ? List.of(
            new ShareFact.ShareReleased(
                share.uid(), share.name().value(), share.node(), volume, notServed.reason()))
        : List.of();
  }

  private static List<Fact> deleted(Resource<ShareSpec, ShareStatus> share) {
    return share.status() == null || share.status().directory() == null
        ? List.of()
        : List.of(new ShareFact.ShareDeleted(share.uid(), share.name().value(), share.node()));
  }
}
