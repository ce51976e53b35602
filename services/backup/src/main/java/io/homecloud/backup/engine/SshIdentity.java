package io.homecloud.backup.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who we are to another machine, and who it is to us.
 *
 * @param publicKey what belongs into the other's {@code authorized_keys}
 * @param hostKeys fingerprints of the keys by which the machine is known since the repository was
 *     made
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SshIdentity(@Nullable String publicKey, List<String> hostKeys) {
  public SshIdentity {
    hostKeys = List.copyOf(hostKeys);
  }
}
