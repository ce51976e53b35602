package io.homecloud.sharing.account;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.password.PasswordVault;
import io.homecloud.sharing.signin.SignInSessions;

/** Accounts, assembled. */
public final class AccountFeature {
  private final AccountReconciler reconciler;
  private final ResourceApi<AccountSpec, AccountStatus> api;

  /**
   * @param changed called when servers have to know of it
   */
  public AccountFeature(
      ControlPlane plane,
      PosixIds ids,
      PasswordVault passwords,
      SignInSessions sessions,
      Runnable changed) {
    this.reconciler = new AccountReconciler(ids, passwords, sessions, changed, plane.clock());
    this.api =
        new ResourceApi<>(
            SharingKinds.ACCOUNT,
            SharingKinds.API + "/accounts",
            new AccountAdmission(plane.resources(), plane.node()),
            plane.room());
  }

  public AccountReconciler reconciler() {
    return reconciler;
  }

  public ResourceApi<AccountSpec, AccountStatus> api() {
    return api;
  }
}
