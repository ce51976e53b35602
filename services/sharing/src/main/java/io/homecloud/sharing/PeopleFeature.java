package io.homecloud.sharing;

import io.homecloud.control.ControlPlane;
import io.homecloud.control.Name;
import io.homecloud.control.api.ResourceApi;
import io.homecloud.control.reconcile.Reconciler;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.sign.EndedSignIns;
import io.homecloud.control.sign.SigningKeys;
import io.homecloud.sharing.account.AccountFeature;
import io.homecloud.sharing.account.AccountSpec;
import io.homecloud.sharing.account.AccountStatus;
import io.homecloud.sharing.account.Departure;
import io.homecloud.sharing.account.PosixIds;
import io.homecloud.sharing.group.GroupFeature;
import io.homecloud.sharing.group.GroupSpec;
import io.homecloud.sharing.group.GroupStatus;
import io.homecloud.sharing.kept.HouseKeeper;
import io.homecloud.sharing.link.KeptLinks;
import io.homecloud.sharing.password.PasswordVault;
import io.homecloud.sharing.serving.Group;
import io.homecloud.sharing.serving.Person;
import io.homecloud.sharing.signin.KeyRotation;
import io.homecloud.sharing.signin.SignIn;
import io.homecloud.sharing.signin.SignInSessions;
import io.homecloud.sharing.signin.TokenIssuer;
import io.homecloud.sharing.volume.StorageClient;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** Accounts, groups, passwords and signing in, assembled. */
public final class PeopleFeature {
  private final ControlPlane plane;
  private final PasswordVault passwords;
  private final SignInSessions sessions;
  private final SignIn signIn;
  private final KeyRotation keys;
  private final AccountFeature accounts;
  private final GroupFeature groups;
  private final PosixIds ids;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  PeopleFeature(SharingConfig config, ControlPlane plane, EndedSignIns ended, Departure departure) {
    this.plane = plane;
    this.passwords = new PasswordVault(config.secrets(), plane.json(), plane.clock());
    this.sessions = new SignInSessions(plane, ended);
    SigningKeys signing = new SigningKeys(config.signInKeys());
    this.keys = new KeyRotation(signing, config.publishedKeys().orElse(null), plane.clock());
    this.signIn =
        new SignIn(plane.resources(), passwords, sessions, new TokenIssuer(signing, plane.clock()));
    this.ids = new PosixIds(plane.database());
    this.accounts = new AccountFeature(plane, ids, passwords, sessions, departure, this::changed);
    this.groups = new GroupFeature(plane, ids, this::changed);
  }

  /** Calls back when people or groups may have become others; must not take long. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  List<Reconciler<?, ?>> reconcilers() {
    return List.of(accounts.reconciler(), groups.reconciler());
  }

  public ResourceApi<AccountSpec, AccountStatus> accounts() {
    return accounts.api();
  }

  public AccountFeature accountFeature() {
    return accounts;
  }

  public ResourceApi<GroupSpec, GroupStatus> groups() {
    return groups.api();
  }

  public PasswordVault passwords() {
    return passwords;
  }

  public SignInSessions sessions() {
    return sessions;
  }

  public SignIn signIn() {
    return signIn;
  }

  /** What keeps accounts, groups, shares and links on the pools. */
  HouseKeeper keeper(StorageClient storage, KeptLinks links) {
    HouseKeeper keeper = new HouseKeeper(plane, ids, storage, accounts, groups, links);
    onChange(keeper::wake);
    return keeper;
  }

  public KeyRotation keys() {
    return keys;
  }

  /** Everybody with a number, as servers know them. */
  public List<Person> people() {
    return plane.resources().all(SharingKinds.ACCOUNT, Selection.ALL).stream()
        .filter(account -> account.status() != null && account.status().uid() != null)
        .filter(account -> !account.deleting())
        .map(this::person)
        .toList();
  }

  private Person person(Resource<AccountSpec, AccountStatus> account) {
    AccountStatus status = Objects.requireNonNull(account.status());
    String displayName = account.spec().displayName();
    return new Person(
        account.uid(),
        account.name(),
        displayName == null ? account.name().value() : displayName,
        Objects.requireNonNull(status.uid()),
        new HashSet<Name>(account.spec().groups()),
        !account.spec().disabled(),
        passwords.verifiers(account.uid()).orElse(null));
  }

  /** Whether there is anybody, or a group, without a number yet. */
  boolean coming() {
    return plane.resources().all(SharingKinds.ACCOUNT, Selection.ALL).stream()
            .filter(account -> !account.deleting())
            .anyMatch(account -> account.status() == null || account.status().uid() == null)
        || plane.resources().all(SharingKinds.GROUP, Selection.ALL).stream()
            .filter(group -> !group.deleting())
            .anyMatch(group -> group.status() == null || group.status().gid() == null);
  }

  /** All groups with a number, as servers know them. */
  public List<Group> allGroups() {
    return plane.resources().all(SharingKinds.GROUP, Selection.ALL).stream()
        .filter(group -> group.status() != null && group.status().gid() != null)
        .filter(group -> !group.deleting())
        .map(group ->
            new Group(
                group.name(), Objects.requireNonNull(Objects.requireNonNull(group.status()).gid())))
        .toList();
  }
}
