package io.homecloud.sharing.account;

import io.homecloud.control.Name;
import io.homecloud.control.problem.ProblemException;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.wish.SecretUse;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.account.AccountSpec.PasswordRef;
import io.homecloud.sharing.password.PasswordVault;
import io.homecloud.sharing.signin.SignInSessions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Passwords that are kept as Secrets of the cluster, by those who administer it with kubectl. */
public final class AccountSecrets implements SecretUse<AccountSpec, AccountStatus> {
  private final PasswordVault passwords;
  private final SignInSessions sessions;
  private final RefusedSecrets refused;
  private final Consumer<UUID> changed;

  AccountSecrets(
      PasswordVault passwords,
      SignInSessions sessions,
      RefusedSecrets refused,
      Consumer<UUID> changed) {
    this.passwords = passwords;
    this.sessions = sessions;
    this.refused = refused;
    this.changed = changed;
  }

  @Override
  public List<Name> names(Resource<AccountSpec, AccountStatus> account) {
    PasswordRef reference = account.spec().passwordSecretRef();
    return reference == null ? List.of() : List.of(reference.name());
  }

  /** The first administrator's is. */
  @Override
  public boolean mayBeOurs() {
    return true;
  }

  /** A password that it has already is not set again, so nobody is signed out by a start. */
  @Override
  public void take(
      Resource<AccountSpec, AccountStatus> account, Name secret, Map<String, String> values) {
    PasswordRef reference = account.spec().passwordSecretRef();
    if (reference == null || !reference.name().equals(secret)) {
      return;
    }
    try {
      take(account, reference, values);
    } catch (ProblemException problem) {
      refused.refused(account.uid(), secret, problem.detail());
      changed.accept(account.uid());
      throw problem;
    }
    if (refused.taken(account.uid())) {
      changed.accept(account.uid());
    }
  }

  private void take(
      Resource<AccountSpec, AccountStatus> account,
      PasswordRef reference,
      Map<String, String> values) {
    String password = values.get(reference.entry());
    if (password == null) {
      throw SharingProblem.VALUE_INVALID.because(
          "Secret "
              + reference.name()
              + " has no entry "
              + reference.entry()
              + " for the password.");
    }
    // Whoever makes a Secret of a file has the end of the line in it.
    String line = password.endsWith("\n") ? password.substring(0, password.length() - 1) : password;
    if (!passwords.matches(Optional.of(account.uid()), line)) {
      // Before: when this is done again after it has ended half way, only a password that is not
      // set yet tells that sessions have to end.
      passwords.set(account.uid(), account.name(), line, () -> sessions.endAll(account.uid()));
      sessions.endAll(account.uid());
      changed.accept(account.uid());
    }
  }
}
