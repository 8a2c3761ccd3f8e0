package dev.holdfast.access;

import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Finds who has a session; whoever has one that is over is nobody, and signs in again. */
@ApplicationScoped
class SessionIdentityProvider implements IdentityProvider<SessionRequest> {

  private final Sessions sessions;

  SessionIdentityProvider(Sessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public Class<SessionRequest> getRequestType() {
    return SessionRequest.class;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      SessionRequest request, AuthenticationRequestContext context) {
    return context.runBlocking(
        () ->
            sessions
                .owner(request.token(), request.attended())
                .<SecurityIdentity>map(SessionIdentityProvider::identity)
                .orElse(null));
  }

  private static SecurityIdentity identity(Sessions.Owner owner) {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(new QuarkusPrincipal(owner.name()))
        .addRoles(owner.roles())
        .build();
  }
}
