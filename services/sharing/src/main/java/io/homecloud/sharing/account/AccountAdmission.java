package io.homecloud.sharing.account;

import io.homecloud.control.Name;
import io.homecloud.control.api.Admission;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.sharing.ServerNames;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.SharingProblem;
import io.homecloud.sharing.Texts;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which accounts may be wished for. */
final class AccountAdmission implements Admission<AccountSpec, AccountStatus> {
  /** Windows' user names have at most 20 characters, and Samba cuts longer ones off. */
  private static final int LONGEST_NAME = 20;

  private static final int MOST_GROUPS = 100;
  private static final int LONGEST_MAIL = 254;

  /** One @ between things without blanks and brackets; whether it arrives only mailing tells. */
  private static final Pattern MAIL =
      Pattern.compile("[^\\s\\p{Cntrl}<>(),;:\"@\\[\\]\\\\]+@[\\p{Alnum}.-]+");

  private final ResourceStore store;
  private final String node;
  private final boolean secrets;

  /**
   * @param secrets whether there is a cluster with secrets
   */
  AccountAdmission(ResourceStore store, String node, boolean secrets) {
    this.secrets = secrets;
    this.store = store;
    this.node = node;
  }

  @Override
  public Admitted<AccountSpec> create(Name name, AccountSpec spec) {
    ServerNames.requireFree(name);
    if (name.value().length() > LONGEST_NAME) {
      throw SharingProblem.VALUE_INVALID.because(
          "An account's name has at most "
              + LONGEST_NAME
              + " characters, since Windows knows no longer ones; displayName may have more.");
    }
    if (store.find(SharingKinds.GROUP, name).isPresent()) {
      throw SharingProblem.NAME_RESERVED.because(
          "There is a group called "
              + name
              + "; to servers accounts and groups share their names.");
    }
    return new Admitted<>(checked(spec), node, null);
  }

  @Override
  public AccountSpec change(Resource<AccountSpec, AccountStatus> before, AccountSpec wished) {
    boolean gone = wished.disabled() || wished.role() != Role.ADMINISTRATOR;
    if (gone && !before.spec().disabled() && before.spec().role() == Role.ADMINISTRATOR) {
      requireAnotherAdministrator(before.name());
    }
    return checked(wished);
  }

  /** Nobody signs in whom nobody wishes for; what is theirs stays theirs. */
  @Override
  public AccountSpec released(Resource<AccountSpec, AccountStatus> row) {
    AccountSpec is = row.spec();
    return new AccountSpec(
        is.displayName(), is.mail(), is.groups(), true, is.role(), is.passwordSecretRef());
  }

  private AccountSpec checked(AccountSpec spec) {
    Texts.requirePrintable("displayName", spec.displayName());
    requireMail(spec.mail());
    if (spec.passwordSecretRef() != null && !secrets) {
      throw SharingProblem.VALUE_INVALID.because(
          "passwordSecretRef names a Secret of Kubernetes, and there is none here; PUT …/password sets a password.");
    }
    if (spec.groups().size() > MOST_GROUPS) {
      throw SharingProblem.VALUE_INVALID.because(
          "Somebody is in at most " + MOST_GROUPS + " groups.");
    }
    for (Name group : spec.groups()) {
      if (store.find(SharingKinds.GROUP, group).filter(found -> !found.deleting()).isEmpty()) {
        throw SharingProblem.GROUP_NOT_FOUND.because("There is no group called " + group + ".");
      }
    }
    return spec;
  }

  private static void requireMail(@Nullable String mail) {
    if (mail != null && (mail.length() > LONGEST_MAIL || !MAIL.matcher(mail).matches())) {
      throw SharingProblem.VALUE_INVALID.because("mail is an address such as anna@example.org.");
    }
  }

  @Override
  public void delete(Resource<AccountSpec, AccountStatus> account) {
    if (account.spec().role() == Role.ADMINISTRATOR && !account.spec().disabled()) {
      requireAnotherAdministrator(account.name());
    }
  }

  private void requireAnotherAdministrator(Name except) {
    boolean another =
        store.all(SharingKinds.ACCOUNT, Selection.ALL).stream()
            .filter(account -> !account.name().equals(except) && !account.deleting())
            .anyMatch(account ->
                account.spec().role() == Role.ADMINISTRATOR && !account.spec().disabled());
    if (!another) {
      throw SharingProblem.LAST_ADMINISTRATOR.because(
          except + " is the only administrator; make somebody else one first.");
    }
  }
}
