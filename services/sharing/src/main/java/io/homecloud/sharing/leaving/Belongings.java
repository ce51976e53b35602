package io.homecloud.sharing.leaving;

import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.share.ShareSpec;
import io.homecloud.sharing.share.ShareStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an account has: rules of shares that name it, directories of its own, links that it made.
 * Rules and links go with it, since they know it by its name, which somebody else may have later.
 * Files stay.
 */
public final class Belongings {
  private final ResourceStore store;

  public Belongings(ResourceStore store) {
    this.store = store;
  }

  /**
   * Holds a deletion to what was decided.
   *
   * @param files what becomes of files: {@code keep}; null when nobody decided
   * @throws ProblemException ACCOUNT_HAS_THINGS that names them, when nobody decided;
   *     ACCOUNT_IN_USE when machines come in its name
   */
  public void requireDecision(Name account, @Nullable String files) {
    if (files != null && !files.equals("keep")) {
      throw CommonProblem.PARAMETER_INVALID.because("files is keep, or left out.");
    }
    List<String> acting = names(shares().filter(share -> actsAs(share.spec(), account)));
    if (!acting.isEmpty()) {
      throw SharingProblem.ACCOUNT_IN_USE
          .because(
              "NFS clients act as "
                  + account
                  + " in: "
                  + String.join(", ", acting)
                  + ". Name another account in nfs.as there first.")
          .with("shares", acting);
    }
    if (files == null) {
      requireNothing(account);
    }
  }

  private void requireNothing(Name account) {
    List<String> ruled = names(shares().filter(share -> names(share.spec(), account)));
    List<String> homes = names(shares().filter(share -> share.spec().homes()));
    List<String> links = links(account).map(Name::value).toList();
    List<String> sentences = new ArrayList<>();
    if (!ruled.isEmpty()) {
      sentences.add("rules of shares " + String.join(", ", ruled));
    }
    if (!homes.isEmpty()) {
      sentences.add("maybe directories in " + String.join(", ", homes));
    }
    if (!links.isEmpty()) {
      sentences.add("guest links " + String.join(", ", links));
    }
    if (!sentences.isEmpty()) {
      throw SharingProblem.ACCOUNT_HAS_THINGS
          .because(
              account
                  + " has "
                  + String.join("; ", sentences)
                  + ". Repeat with ?files=keep: files stay where they are, the rules and links go.")
          .with("shares", ruled)
          .with("homes", homes)
          .with("guestLinks", links);
    }
  }

  /** Takes the rules and links of an account that is being deleted away; may be repeated. */
  public void remove(Name account) {
    shares()
        .filter(share -> names(share.spec(), account))
        .map(Resource::name)
        .forEach(share -> unlessGone(() -> forget(share, account)));
    links(account).forEach(link -> unlessGone(() -> delete(link)));
  }

  private void forget(Name share, Name account) {
    var _ =
        store.change(
            SharingKinds.SHARE,
            share,
            Optional.empty(),
            before -> new Wish<>(before.spec().without(account), before.metadata().labels()));
  }

  private void delete(Name link) {
    var _ = store.requestDeletion(SharingKinds.GUEST_LINK, link, Optional.empty());
  }

  private static void unlessGone(Runnable work) {
    try {
      work.run();
    } catch (ProblemException e) {
      if (e.code() != CommonProblem.NOT_FOUND && e.code() != CommonProblem.BEING_DELETED) {
        throw e;
      }
    }
  }

  private Stream<Resource<ShareSpec, ShareStatus>> shares() {
    return store.all(SharingKinds.SHARE, Selection.ALL).stream().filter(share -> !share.deleting());
  }

  private Stream<Name> links(Name account) {
    return store.all(SharingKinds.GUEST_LINK, Selection.ALL).stream()
        .filter(link -> !link.deleting())
        .filter(link -> link.metadata().createdBy().equals(account.value()))
        .map(Resource::name);
  }

  private static List<String> names(Stream<Resource<ShareSpec, ShareStatus>> shares) {
    return shares.map(share -> share.name().value()).sorted().toList();
  }

  private static boolean names(ShareSpec spec, Name account) {
    return spec.access().stream().anyMatch(rule -> account.equals(rule.account()));
  }

  private static boolean actsAs(ShareSpec spec, Name account) {
    return spec.nfs() != null && account.equals(spec.nfs().as());
  }
}
