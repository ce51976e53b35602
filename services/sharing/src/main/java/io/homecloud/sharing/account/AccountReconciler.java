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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gives accounts their number, and takes from those that go what they could sign in with. */
public final class AccountReconciler implements Reconciler<AccountSpec, AccountStatus> {
  private static final String SECRET_NOT_USABLE = "SecretNotUsable";

  /** Others change shares, of which nobody tells here. */
  private static final Duration STAYING = Duration.ofSeconds(15);

  private final PosixIds ids;
  private final PasswordVault passwords;
  private final RefusedSecrets refused;
  private final SignInSessions sessions;
  private final Departure departure;
  private final Runnable changed;
  private final Clock clock;

  /**
   * @param changed called when servers have to know of it
   */
  AccountReconciler(
      PosixIds ids,
      PasswordVault passwords,
      RefusedSecrets refused,
      SignInSessions sessions,
      Departure departure,
      Runnable changed,
      Clock clock) {
    this.ids = ids;
    this.passwords = passwords;
    this.refused = refused;
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
  public boolean anywhere() {
    return true;
  }

  @Override
  public Outcome<AccountStatus> reconcile(Resource<AccountSpec, AccountStatus> account) {
    String name = account.name().value();
    if (account.deleting()) {
      passwords.forget(account.uid());
      boolean _ = refused.taken(account.uid());
      sessions.endAll(account.uid());
      changed.run();
      Optional<Departure.NotYet> stays = departure.carryOut(account);
      return stays.isPresent()
          ? new Outcome.LookAgain<>(staying(account, stays.get()), List.of(), STAYING)
          : new Outcome.Gone<>(
              List.of(new SharingFact.AccountDeleted(account.uid(), name, account.node())));
    }
    boolean disabled = account.spec().disabled();
    AccountStatus before = account.status();
    Role role = account.spec().role();
    // Tokens say the role for as long as they last.
    boolean fell =
        role != Role.ADMINISTRATOR && before != null && before.role() == Role.ADMINISTRATOR;
    if (disabled || fell) {
      sessions.endAll(account.uid());
    }
    int id = ids.of(account.uid());
    List<Fact> facts = new ArrayList<>();
    if (before == null) {
      facts.add(new SharingFact.AccountCreated(account.uid(), name, account.node(), id));
    }
    if (disabled && (before == null || !before.disabled())) {
      facts.add(new SharingFact.AccountDisabled(account.uid(), name, account.node()));
    }
    AccountStatus status =
        new AccountStatus(
            id,
            disabled,
            role,
            account.metadata().generation(),
            conditions(account, before).build());
    changed.run();
    return new Outcome.Settled<>(status, facts);
  }

  private AccountStatus staying(
      Resource<AccountSpec, AccountStatus> account, Departure.NotYet why) {
    AccountStatus before = account.status();
    long generation = account.metadata().generation();
    return new AccountStatus(
        before == null ? null : before.uid(),
        before != null && before.disabled(),
        before == null ? null : before.role(),
        generation,
        new Conditions(account.conditions(), generation, clock)
            .kept()
            .notReady(why.reason(), why.sentence())
            .build());
  }

  private Conditions conditions(
      Resource<AccountSpec, AccountStatus> account, @Nullable AccountStatus before) {
    Conditions conditions =
        new Conditions(account.conditions(), account.metadata().generation(), clock).ready();
    Optional<String> why = refused.why(account);
    PasswordVault.Kept kept = passwords.kept(account.uid());
    if (kept == PasswordVault.Kept.USABLE) {
      return why.isEmpty()
          ? conditions.set(AccountStatus.PASSWORD_SET, Truth.True, "Set", "")
          : conditions.set(
              AccountStatus.PASSWORD_SET,
              Truth.True,
              SECRET_NOT_USABLE,
              "The password before lets in still: what its Secret holds now cannot be used. "
                  + why.get());
    }
    AccountSpec.PasswordRef reference = account.spec().passwordSecretRef();
    if (kept == PasswordVault.Kept.DAMAGED) {
      return conditions.set(
          AccountStatus.PASSWORD_SET,
          Truth.False,
          "PasswordDamaged",
          "The file that its password is checked with cannot be used (the log says why), and it can sign in nowhere. "
              + (reference == null
                  ? setOne(account)
                  : "Homecloud takes it from Secret "
                      + reference.name()
                      + " again when it is started, or when the Secret changes."));
    }
    if (reference != null) {
      return conditions.set(
          AccountStatus.PASSWORD_SET,
          Truth.False,
          SECRET_NOT_USABLE,
          "It can sign in nowhere until Secret "
              + reference.name()
              + " has the entry "
              + reference.entry()
              + " with a password that can be used."
              + why.map(sentence -> " " + sentence).orElse(""));
    }
    boolean lost =
        Conditions.find(account.conditions(), AccountStatus.PASSWORD_SET)
            .map(was -> was.reason().equals(AccountStatus.PASSWORD_LOST))
            // A status without a number is that of one who came back.
            .orElse(before != null && before.uid() == null);
    String set = setOne(account);
    return lost
        ? conditions.set(
            AccountStatus.PASSWORD_SET,
            Truth.False,
            AccountStatus.PASSWORD_LOST,
            "It came back from a pool, where passwords are not kept, and can sign in nowhere. "
                + set
                + " When no administrator can sign in, ./homecloud token says a token for that; with a recovery kit, ./homecloud recovery-kit --restore brings the passwords back.")
        : conditions.set(
            AccountStatus.PASSWORD_SET,
            Truth.False,
            "NoPassword",
            "It can sign in nowhere until it has a password. " + set);
  }

  private static String setOne(Resource<AccountSpec, AccountStatus> account) {
    return "Set one: PUT " + SharingKinds.API + "/accounts/" + account.name() + "/password.";
  }
}
