package io.homecloud.sharing.account;

import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.ResourceStore;
import io.homecloud.control.resource.ResourceStore.Selection;
import io.homecloud.control.wish.NodeSecrets;
import io.homecloud.sharing.SharingKinds;
import io.homecloud.sharing.password.PasswordVault;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Passwords, which are in no row, as all nodes are to have them; keys are the uids of accounts. */
public final class AccountPasswords implements NodeSecrets {
  private final ResourceStore store;
  private final PasswordVault passwords;
  private final Consumer<UUID> changed;

  AccountPasswords(ResourceStore store, PasswordVault passwords, Consumer<UUID> changed) {
    this.store = store;
    this.passwords = passwords;
    this.changed = changed;
  }

  /** Of accounts that are there: a node may still have the password of one that was removed. */
  @Override
  public Map<String, Dated> here() {
    Map<String, Dated> here = new HashMap<>();
    for (Resource<AccountSpec, AccountStatus> account : accounts()) {
      if (!account.deleting()) {
        passwords
            .dated(account.uid())
            .ifPresent(dated -> here.put(account.uid().toString(), dated));
      }
    }
    return here;
  }

  /** Also of accounts that are not known yet, as when the database was lost. */
  @Override
  public void take(Map<String, Dated> theirs) {
    Set<UUID> leaving =
        accounts().stream()
            .filter(Resource::deleting)
            .map(Resource::uid)
            .collect(Collectors.toSet());
    theirs.forEach((key, dated) ->
        uid(key)
            .filter(Predicate.not(leaving::contains))
            .filter(account -> passwords.take(account, dated))
            .ifPresent(changed));
  }

  private List<Resource<AccountSpec, AccountStatus>> accounts() {
    return store.all(SharingKinds.ACCOUNT, Selection.ALL);
  }

  private static Optional<UUID> uid(String key) {
    try {
      return Optional.of(UUID.fromString(key));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
