package io.homecloud.sharing.account;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.password.PasswordVault;
import io.homecloud.sharing.signin.SignInSessions;
import java.util.UUID;
import java.util.function.Consumer;

/** Accounts, assembled. */
public final class AccountFeature {
  private final ResourceStore store;
  private final PasswordVault passwords;
  private final SignInSessions sessions;
  private final RefusedSecrets refused = new RefusedSecrets();
  private final AccountReconciler reconciler;
  private final AccountAdmission admission;
  private final ResourceApi<AccountSpec, AccountStatus> api;

  /**
   * @param changed called when servers have to know of it
   */
  public AccountFeature(
      ControlPlane plane,
      PosixIds ids,
      PasswordVault passwords,
      SignInSessions sessions,
      Departure departure,
      Runnable changed) {
    this.store = plane.resources();
    this.passwords = passwords;
    this.sessions = sessions;
    this.reconciler =
        new AccountReconciler(ids, passwords, refused, sessions, departure, changed, plane.clock());
    this.admission = new AccountAdmission(plane.resources(), plane.node(), plane.hasOutside());
    this.api =
        new ResourceApi<>(
            SharingKinds.ACCOUNT, SharingKinds.API + "/accounts", admission, plane.room());
  }

  public AccountReconciler reconciler() {
    return reconciler;
  }

  /**
   * Passwords that are kept by the cluster.
   *
   * @param changed told of accounts that have another password now, or whose Secret is refused
   */
  public AccountSecrets secrets(Consumer<UUID> changed) {
    return new AccountSecrets(passwords, sessions, refused, changed);
  }

  /**
   * Passwords as all nodes are to have them.
   *
   * @param changed told of accounts that have another password now, set on another node
   */
  public AccountPasswords passwords(Consumer<UUID> changed) {
    return new AccountPasswords(store, passwords, changed);
  }

  /**
   * Holds a deletion to the rules.
   *
   * @throws io.homecloud.control.problem.ProblemException when it breaks one
   */
  public void checkDeletion(Resource<AccountSpec, AccountStatus> account) {
    admission.delete(account);
  }

  /**
   * Holds a wish to the rules.
   *
   * @throws io.homecloud.control.problem.ProblemException when it breaks one
   */
  public void check(Name name, AccountSpec spec) {
    var _ = admission.create(name, spec);
  }

  public ResourceApi<AccountSpec, AccountStatus> api() {
    return api;
  }
}
