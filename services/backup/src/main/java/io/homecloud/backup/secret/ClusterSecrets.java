package io.homecloud.backup.secret;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.Status;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Secrets that are kept as Secrets of the cluster; entries are called the same. */
public final class ClusterSecrets<S, T extends Status>
    implements io.homecloud.control.wish.SecretUse<S, T> {
  private final SecretStore store;
  private final SecretUse use;
  private final Function<S, List<Name>> names;

  /**
   * @param names of those that a wish refers to
   */
  public ClusterSecrets(SecretStore store, SecretUse use, Function<S, List<Name>> names) {
    this.store = store;
    this.use = use;
    this.names = names;
  }

  @Override
  public List<Name> names(Resource<S, T> resource) {
    return names.apply(resource.spec());
  }

  @Override
  public void take(Resource<S, T> resource, Name name, Map<String, String> values) {
    Map<SecretKey, String> known = new EnumMap<>(SecretKey.class);
    for (SecretKey key : SecretKey.values()) {
      String value = values.get(key.name());
      if (value != null) {
        boolean ended = Secret.isLine(key) && value.endsWith("\n");
        known.put(key, ended ? value.substring(0, value.length() - 1) : value);
      }
    }
    Secret secret = Secret.checked(known);
    store.ofCluster(name);
    if (store.find(name).filter(secret::equals).isEmpty()) {
      store.set(name, secret);
      use.changed(name);
    }
  }
}
