package io.homecloud.sharing.share;

import io.homecloud.control.Name;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.schedule.PlausibleClock;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.share.PeoplesHomes.Away;
import io.homecloud.sharing.share.mounts.Homes.Inhabitant;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** Directories of people who left, for as long as they are kept. */
final class LeftHomeFeature {
  private final PeoplesHomes homes;
  private final ResourceStore store;
  private final PlausibleClock clock;
  private final Duration kept;

  LeftHomeFeature(PeoplesHomes homes, ResourceStore store, PlausibleClock clock, Duration kept) {
    this.homes = homes;
    this.store = store;
    this.clock = clock;
    this.kept = kept;
  }

  /**
   * The directory of somebody who left.
   *
   * @param share the share of home directories in which it was
   * @param account what the account was called
   * @param goneAt when it is deleted for good
   */
  @Schema
  record LeftHome(String id, Name share, Name account, Instant leftAt, Instant goneAt) {}

  /** All of them, by share and in the order in which people left. */
  List<LeftHome> all() {
    return homes.left().stream()
        .map(this::shown)
        .sorted(Comparator.comparing(LeftHome::share).thenComparing(LeftHome::leftAt))
        .toList();
  }

  private LeftHome shown(Away away) {
    Instant at = clock.corrected(away.home().at());
    return new LeftHome(away.home().id(), away.share(), away.home().account(), at, at.plus(kept));
  }

  /** Of a clock that is wrong nobody would know the age. */
  void putAway(Inhabitant who) {
    Instant now = clock.instant();
    Instant newest = store.newest();
    homes.putAway(who, newest.isAfter(now) ? newest : now);
  }

  /** Puts one into the directory of an account. */
  void give(Name share, String id, Name to) {
    Away away =
        homes.left().stream()
            .filter(one -> one.share().equals(share) && one.home().id().equals(id))
            .findFirst()
            .orElseThrow(() -> gone(share, id));
    Inhabitant heir =
        store
            .find(SharingKinds.ACCOUNT, to)
            .filter(account -> !account.deleting())
            .flatMap(PeoplesHomes::inhabitant)
            .orElseThrow(() ->
                SharingProblem.ACCOUNT_NOT_FOUND.because(
                    "There is no account called " + to + " that could have it."));
    try {
      if (!homes.give(away, heir)) {
        throw gone(share, id);
      }
    } catch (IllegalStateException e) {
      throw SharingProblem.HOME_NOT_READY.because(
          "It cannot be brought back now: " + e.getMessage() + ".");
    }
  }

  private static RuntimeException gone(Name share, String id) {
    return SharingProblem.HOME_NOT_FOUND.because(
        "Nobody left %s in %s; GET %s/left-homes lists all."
            .formatted(id, share, SharingKinds.API));
  }

  void sweep() {
    homes.sweep(clock.longAgo(kept));
  }
}
