package io.homecloud.control.wish;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import io.homecloud.control.resource.Status;
import java.util.List;
import java.util.Map;

/** What wishes of a kind need of secrets that are kept outside, and refer to by their names. */
public interface SecretUse<S, T extends Status> {
  /** The secrets that it refers to. */
  List<Name> names(Resource<S, T> resource);

  /**
   * Whether it may be one that homecloud was installed with. What sends a secret to where a wish
   * says would tell whoever may make wishes the password of the administrator or of the database.
   */
  default boolean mayBeOurs() {
    return false;
  }

  /**
   * Takes what one of them holds now; called at each start too, and may be called again for the
   * same. Throws a problem when that cannot be used.
   */
  void take(Resource<S, T> resource, Name secret, Map<String, String> values);
}
