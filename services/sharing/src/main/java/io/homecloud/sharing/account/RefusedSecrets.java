package io.homecloud.sharing.account;

import io.homecloud.control.Name;
import io.homecloud.control.resource.Resource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Why what a Secret holds now is not the password of an account: whoever has changed it believes
 * that the one before lets nobody in any more.
 */
final class RefusedSecrets {
  private record Refused(Name secret, String why) {}

  private final Map<UUID, Refused> refused = new ConcurrentHashMap<>();

  void refused(UUID account, Name secret, String why) {
    refused.put(account, new Refused(secret, why));
  }

  /** Whether it was refused until now. */
  boolean taken(UUID account) {
    return refused.remove(account) != null;
  }

  /** A sentence about the Secret that it refers to; empty unless that is refused. */
  Optional<String> why(Resource<AccountSpec, AccountStatus> account) {
    AccountSpec.PasswordRef reference = account.spec().passwordSecretRef();
    return reference == null
        ? Optional.empty()
        : Optional.ofNullable(refused.get(account.uid()))
            .filter(known -> known.secret().equals(reference.name()))
            .map(Refused::why);
  }
}
