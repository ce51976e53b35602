package io.homecloud.sharing.page;

import io.homecloud.control.api.Roles;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;

/** Who looks at a page, if anybody is signed in. */
@RequestScoped
public class Visitor {
  private final CurrentIdentityAssociation identities;

  Visitor(CurrentIdentityAssociation identities) {
    this.identities = identities;
  }

  /** The name of the account; empty for nobody, and when the sign-in has to be renewed. */
  public Optional<String> account() {
    try {
      SecurityIdentity identity = identities.getDeferredIdentity().await().indefinitely();
      boolean known = identity.hasRole(Roles.MEMBER) || identity.hasRole(Roles.ADMINISTRATOR);
      return known ? Optional.of(identity.getPrincipal().getName()) : Optional.empty();
    } catch (AuthenticationFailedException e) {
      return Optional.empty();
    }
  }
}
