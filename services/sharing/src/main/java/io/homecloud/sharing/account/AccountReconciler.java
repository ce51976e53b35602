package io.homecloud.sharing.account;

import io.homecloud.control.reconcile.Outcome;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Condition.Truth;
import io.homecloud.control.resource.Conditions;
import io.homecloud.control.resource.Kind;
import io.homecloud.control.resource.Resource;
import io.homecloud.events.Fact;
import io.homecloud.events.sharing.SharingFact;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.password.PasswordVault;
import io.homecloud.sharing.signin.SignInSessions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Gives accounts their number, and takes from those that go what they could sign in with. */
public final class AccountReconciler implements Reconciler<AccountSpec, AccountStatus> {
  private final PosixIds ids;
  private final PasswordVault passwords;
  private final SignInSessions sessions;
  private final Departure departure;
  private final Runnable changed;
  private final Clock clock;

  /**
   * @param changed called when servers have to know of it
   */
  public AccountReconciler(
      PosixIds ids,
      PasswordVault passwords,
      SignInSessions sessions,
      Departure departure,
      Runnable changed,
      Clock clock) {
    this.ids = ids;
    this.passwords = passwords;
    this.sessions = sessions;
    this.departure = departure;
    this.changed = changed;
    this.clock = clock;
  }

  @Override
  public Kind<AccountSpec, AccountStatus> kind() {
    return SharingKinds.ACCOUNT;
  }

  @Override
  public Outcome<AccountStatus> reconcile(Resource<AccountSpec, AccountStatus> account) {
    String name = account.name().value();
    if (account.deleting()) {
      passwords.forget(account.uid());
      sessions.endAll(account.uid());
      changed.run();
      departure.carryOut(account);
      return new Outcome.Gone<>(
          List.of(new SharingFact.AccountDeleted(account.uid(), name, account.node())));
    }
    boolean disabled = account.spec().disabled();
    if (disabled) {
      sessions.endAll(account.uid());
    }
    int id = ids.of(account.uid());
    AccountStatus before = account.status();
    List<Fact> facts = new ArrayList<>();
    if (before == null) {
      facts.add(new SharingFact.AccountCreated(account.uid(), name, account.node(), id));
    }
    if (disabled && (before == null || !before.disabled())) {
      facts.add(new SharingFact.AccountDisabled(account.uid(), name, account.node()));
    }
    boolean password = passwords.has(account.uid());
    AccountStatus status =
        new AccountStatus(
            id,
            disabled,
            account.metadata().generation(),
            new Conditions(account.conditions(), account.metadata().generation(), clock)
                .ready()
                .set(
                    AccountStatus.PASSWORD_SET,
                    password ? Truth.True : Truth.False,
                    password ? "Set" : "NoPassword",
                    password ? "" : "It can sign in nowhere until it has a password.")
                .build());
    changed.run();
    return new Outcome.Settled<>(status, facts);
  }
}
