package io.homecloud.sharing.signin;

import io.homecloud.control.problem.CommonProblem;
import io.homecloud.control.resource.Resource;
import io.homecloud.sharing.SharingControl;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Sets passwords, for whoever may, on this node. */
final class PasswordChanges {
  private final SharingControl control;
  private final SignIn signIn;
  private final SignInSessions sessions;

  PasswordChanges(SharingControl control) {
    this.control = control;
    this.signIn = control.people().signIn();
    this.sessions = control.people().sessions();
  }

  /**
   * Changes the password of somebody who asks for it.
   *
   * @param current the one until now
   * @param here the sign-in that goes on; all others end
   * @throws io.homecloud.control.problem.ProblemException PASSWORD_REFUSED when the current one is
   *     another, or the new one cannot be used; FIELD_OWNED when a Secret of the cluster has it
   */
  void own(
      Resource<AccountSpec, AccountStatus> account,
      String current,
      String password,
      SignIn.Caller caller,
      Optional<UUID> here) {
    refuseOfSecret(account);
    requireCurrent(account, current, password, caller);
    set(account, password, here);
  }

  /** As {@link #own}, by an administrator; all sign-ins of the account end. */
  void ofAnother(Resource<AccountSpec, AccountStatus> account, String password) {
    refuseOfSecret(account);
    set(account, password, Optional.empty());
  }

  private void set(
      Resource<AccountSpec, AccountStatus> account, String password, Optional<UUID> here) {
    // Before: whoever does it again after it has ended half way has no password until now to say.
    control
        .people()
        .passwords()
        .set(account.uid(), account.name(), password, () -> endOthers(account.uid(), here));
    try {
      endOthers(account.uid(), here);
    } finally {
      control.plane().wake(account.uid());
      control.shareFeature().passwordChanged();
    }
  }

  private void endOthers(UUID account, Optional<UUID> here) {
    here.ifPresentOrElse(
        session -> sessions.endOthers(account, session), () -> sessions.endAll(account));
  }

  /** At the next start, if not before, it would be the one of the Secret again. */
  private void refuseOfSecret(Resource<AccountSpec, AccountStatus> account) {
    AccountSpec.PasswordRef reference = account.spec().passwordSecretRef();
    if (reference != null && control.plane().hasOutside()) {
      throw CommonProblem.FIELD_OWNED.because(
          "The password of "
              + account.name()
              + " is kept in Secret "
              + reference.name()
              + " of the cluster; change it there, or take passwordSecretRef out of the account first.");
    }
  }

  private void requireCurrent(
      Resource<AccountSpec, AccountStatus> account,
      String current,
      String password,
      SignIn.Caller caller) {
    // Where it is the new one already it is repeated, for a node that did not hear of it before.
    List<String> right = List.of(current, password);
    if (!signIn.isOneOf(account.name().value(), Optional.of(account.uid()), right, caller)) {
      throw SharingProblem.PASSWORD_REFUSED.because(
          "current is not the password until now"
              + (control.plane().nodes().alone()
                  ? "."
                  : " on node " + control.plane().node() + "."));
    }
  }
}
