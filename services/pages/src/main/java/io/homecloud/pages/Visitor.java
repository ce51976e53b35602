package io.homecloud.pages;

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
    return identity()
        .filter(identity -> identity.hasRole(Roles.MEMBER) || identity.hasRole(Roles.ADMINISTRATOR))
        .map(identity -> identity.getPrincipal().getName());
  }

  /** Whether that account may do everything. */
  public boolean administers() {
    return identity().filter(identity -> identity.hasRole(Roles.ADMINISTRATOR)).isPresent();
  }

  private Optional<SecurityIdentity> identity() {
    try {
      return Optional.of(identities.getDeferredIdentity().await().indefinitely());
    } catch (AuthenticationFailedException e) {
      return Optional.empty();
    }
  }
}
