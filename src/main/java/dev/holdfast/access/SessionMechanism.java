package dev.holdfast.access;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes the cookie of a browser in which somebody signed in. */
@ApplicationScoped
class SessionMechanism implements HttpAuthenticationMechanism {

  /** After keys of machines, before passwords, of which a browser may remember an old one. */
  private static final int BEFORE_PASSWORDS = DEFAULT_PRIORITY + 1_500;

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    String token = BrowserCookies.SESSION.read(context);
    if (token == null || context.request().headers().contains("Authorization")) {
      return Uni.createFrom().nullItem();
    }
    String accepted = context.request().getHeader(HttpHeaders.ACCEPT);
    boolean listens = accepted != null && accepted.contains(MediaType.SERVER_SENT_EVENTS);
    // Nor has somebody asked when a page fetches by itself what it was told has changed.
    boolean attended = !listens && context.request().getHeader("Holdfast-Unattended") == null;
    return identities
        .authenticate(
            HttpSecurityUtils.setRoutingContextAttribute(
                new SessionRequest(token, attended), context))
        // Whoever comes with a session that is over is nobody, and may see where to sign in.
        .onFailure(AuthenticationFailedException.class)
        .recoverWithNull();
  }

  @Override
  public Uni<@Nullable ChallengeData> getChallenge(RoutingContext context) {
    return Uni.createFrom().nullItem();
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of(SessionRequest.class);
  }

  @Override
  public int getPriority() {
    return BEFORE_PASSWORDS;
  }
}
