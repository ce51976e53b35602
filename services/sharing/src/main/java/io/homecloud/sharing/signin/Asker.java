package io.homecloud.sharing.signin;

import io.homecloud.control.api.Roles;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Who asks, by the token of the request. */
record Asker(JsonWebToken token) {
  boolean administrator() {
    return token.getGroups().contains(Roles.ADMINISTRATOR);
  }

  /** The sign-in that the token is of; the machine's own is of none. */
  Optional<UUID> session() {
    return Optional.ofNullable(token.<String>getClaim("sid")).map(UUID::fromString);
  }

  /** The account of the token; empty for the machine's own. */
  Optional<UUID> account() {
    return session().map(_ -> UUID.fromString(token.getSubject()));
  }
}
