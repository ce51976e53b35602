package io.homecloud.sharing.leaving;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.resource.ResourceStore.Wish;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.account.Departure.NotYet;
import io.homecloud.sharing.link.GuestLinkSpec;
import io.homecloud.sharing.link.GuestLinkStatus;
import io.homecloud.sharing.share.ShareFeature;
import io.homecloud.sharing.share.ShareSpec;
import io.homecloud.sharing.share.ShareStatus;
import io.homecloud.sharing.signin.SignInSessions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Somebody leaves: what they have is said, what becomes of it is decided with the request and done
 * while the account is being deleted, when no server lets them in any more. Rights and links of
 * theirs never stay: those know the account by its name, which somebody else may have later.
 */
public final class Leaving {
  private final ResourceStore store;
  private final Decisions decisions;
  private final SignInSessions signIns;
  private final ShareFeature shares;

  public Leaving(ControlPlane plane, SignInSessions signIns, ShareFeature shares) {
    this.store = plane.resources();
    this.decisions = new Decisions(plane.database());
    this.signIns = signIns;
    this.shares = shares;
  }

  /**
   * Holds a deletion to what was decided, and notes it for {@link #carryOut}.
   *
   * @throws ProblemException ACCOUNT_HAS_THINGS that names them when something is not decided;
   *     ACCOUNT_IN_USE when machines come in its name and nobody gets that, or when a directory is
   *     to go that cannot be reached from here
   */
  public void decide(Resource<AccountSpec, AccountStatus> account, Decision decision) {
    Stream.concat(decision.filesTo().stream(), decision.linksTo().stream())
        .distinct()
        .forEach(heir -> requireHeir(account.name(), heir));
    Belongings has = has(account);
    boolean open =
        (has.files() && decision.files() == null) || (has.links() && decision.links() == null);
    if (open) {
      throw undecided(account.name(), has);
    }
    if (!has.nfs().isEmpty() && decision.filesTo().isEmpty()) {
      throw SharingProblem.ACCOUNT_IN_USE
          .because(
              "NFS clients act as "
                  + account.name()
                  + " in: "
                  + String.join(", ", has.nfs())
                  + ". Name another account in nfs.as there first, or ask with files=give:<account>.")
          .with("shares", has.nfs());
    }
    if (decision.filesTo().isPresent() || decision.filesTrashed()) {
      requireHomes(account);
    }
    decisions.note(account.uid(), decision.complete());
  }

  private void requireHomes(Resource<AccountSpec, AccountStatus> account) {
    List<Name> away = shares.homesAway();
    if (!away.isEmpty()) {
      throw SharingProblem.ACCOUNT_IN_USE.because(
          "The volume of "
              + away.getFirst()
              + " is not there now, so that a directory in it can neither be given to anybody nor put into the trash. Bring it back first, or ask with files=keep.");
    }
    List<Resource<ShareSpec, ShareStatus>> elsewhere = shares.homesElsewhere(account);
    if (!elsewhere.isEmpty()) {
      throw SharingProblem.ACCOUNT_IN_USE.because(
          "Share %s is on node %s, and a directory there can neither be given to anybody nor put into the trash from this node, which sees the account out. Take its rights in that share away first, which leaves the directory where it is, or ask with files=keep."
              .formatted(elsewhere.getFirst().name(), elsewhere.getFirst().node()));
    }
  }

  private void requireHeir(Name leaver, Name heir) {
    boolean can =
        !heir.equals(leaver)
            && store
                .find(SharingKinds.ACCOUNT, heir)
                .filter(found -> !found.deleting() && !found.spec().disabled())
                .isPresent();
    if (!can) {
      throw SharingProblem.ACCOUNT_NOT_FOUND.because(
          "There is no account called " + heir + " that could have it.");
    }
  }

  private static ProblemException undecided(Name account, Belongings has) {
    return SharingProblem.ACCOUNT_HAS_THINGS
        .because(
            "%s has %s. Say what becomes of it: %s%s. Where it is signed in or connected it is not any more."
                .formatted(
                    account,
                    has.words(),
                    has.files()
                        ? "files=keep leaves files where they are, for nobody, files=trash puts its own directory into the trash, files=give:<account> gives rights and directory to somebody"
                        : "",
                    has.links()
                        ? (has.files() ? "; " : "")
                            + "links=revoke ends its links, links=give:<account> makes them somebody's and ends those into its own directory"
                        : ""))
        .with("has", has);
  }

  private Belongings has(Resource<AccountSpec, AccountStatus> account) {
    Name name = account.name();
    return new Belongings(
        names(shares().filter(share -> share.spec().names(name))),
        names(shares().filter(share -> share.spec().actsAs(name))),
        shares.homesOf(account).stream().map(Name::value).toList(),
        names(links(name)),
        signIns.count(account.uid()),
        shares.connected(name));
  }

  /**
   * Does what was decided with an account that is being deleted; may be repeated.
   *
   * @return why something names the account still: NFS clients act as it and nobody gets that, of a
   *     deletion that was asked for otherwise than by {@link #decide}
   */
  public Optional<NotYet> carryOut(Resource<AccountSpec, AccountStatus> account) {
    Name name = account.name();
    Decision decision = decisions.of(account.uid());
    Optional<Resource<AccountSpec, AccountStatus>> heir = heir(decision.filesTo());
    if (decision.filesTrashed()) {
      shares.putHomesAway(account);
    }
    heir.ifPresent(to -> shares.giveHomes(account, to));
    shares()
        .filter(
            share -> share.spec().names(name) || (heir.isPresent() && share.spec().actsAs(name)))
        .map(Resource::name)
        .forEach(share -> unlessGone(() -> pass(share, name, heir.map(Resource::name))));
    heir(decision.linksTo()).ifPresent(to -> decisions.giveLinks(name, to.name()));
    links(name).map(Resource::name).forEach(link -> unlessGone(() -> delete(link)));
    List<String> nfs = names(shares().filter(share -> share.spec().actsAs(name)));
    if (!nfs.isEmpty()) {
      return Optional.of(
          new NotYet(
              "NfsClientsActAsIt",
              "NFS clients act as it in: "
                  + String.join(", ", nfs)
                  + ". It is gone once nfs.as there names another account."));
    }
    decisions.forget(account.uid());
    return Optional.empty();
  }

  /** Who has gone meanwhile gets nothing. */
  private Optional<Resource<AccountSpec, AccountStatus>> heir(Optional<Name> wished) {
    return wished
        .flatMap(name -> store.find(SharingKinds.ACCOUNT, name))
        .filter(found -> !found.deleting());
  }

  private void pass(Name share, Name from, Optional<Name> to) {
    var _ =
        store.change(
            SharingKinds.SHARE,
            share,
            Optional.empty(),
            before -> new Wish<>(before.spec().passing(from, to), before.metadata().labels()));
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

  private Stream<Resource<GuestLinkSpec, GuestLinkStatus>> links(Name account) {
    return store.all(SharingKinds.GUEST_LINK, Selection.ALL).stream()
        .filter(link -> !link.deleting())
        .filter(link -> Objects.equals(link.metadata().createdBy(), account.value()));
  }

  private static List<String> names(Stream<? extends Resource<?, ?>> resources) {
    return resources.map(resource -> resource.name().value()).sorted().toList();
  }
}
