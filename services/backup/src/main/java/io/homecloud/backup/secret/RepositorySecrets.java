package io.homecloud.backup.secret;

import io.homecloud.backup.repository.RepositorySpec;
import io.homecloud.backup.repository.RepositoryStatus;
import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Secrets of repositories that are kept as Secrets of the cluster; entries are called the same. */
public final class RepositorySecrets
    implements io.homecloud.control.wish.SecretUse<RepositorySpec, RepositoryStatus> {
  private final SecretStore store;
  private final SecretUse use;

  public RepositorySecrets(SecretStore store, SecretUse use) {
    this.store = store;
    this.use = use;
  }

  @Override
  public List<Name> names(Resource<RepositorySpec, RepositoryStatus> repository) {
    return repository.spec().secrets();
  }

  @Override
  public void take(
      Resource<RepositorySpec, RepositoryStatus> repository,
      Name name,
      Map<String, String> values) {
    Map<SecretKey, String> known = new EnumMap<>(SecretKey.class);
    for (SecretKey key : SecretKey.values()) {
      String value = values.get(key.name());
      if (value != null) {
        boolean ended = Secret.isLine(key) && value.endsWith("\n");
        known.put(key, ended ? value.substring(0, value.length() - 1) : value);
      }
    }
    Secret secret = Secret.checked(known);
    if (store.find(name).filter(secret::equals).isEmpty()) {
      store.set(name, secret);
      use.changed(name);
    }
  }
}
