package dev.holdfast.access;

import dev.holdfast.platform.ProblemRoutes;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Takes {@code Authorization: Bearer hf_...} before any other mechanism sees it; other bearer
 * tokens are left to OIDC. Being first, it also gives every refusal its problem body.
 */
@ApplicationScoped
class ApiKeyMechanism implements HttpAuthenticationMechanism {

  private static final String BEARER = "Bearer ";

  /** HTTP basic, the highest of Quarkus' own, has {@code DEFAULT_PRIORITY + 1000}. */
  private static final int BEFORE_ALL_OTHERS = DEFAULT_PRIORITY + 2_000;

  private final ProblemRoutes problems;
  private final boolean peopleElsewhere;

  ApiKeyMechanism(
      ProblemRoutes problems,
      @ConfigProperty(name = "quarkus.oidc.tenant-enabled") boolean peopleElsewhere) {
    this.problems = problems;
    this.peopleElsewhere = peopleElsewhere;
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager identities) {
    List<String> authorizations = context.request().headers().getAll("Authorization");
    if (authorizations.size() > 1) {
      return Uni.createFrom().failure(new AuthenticationFailedException());
    }
    String authorization = authorizations.isEmpty() ? "" : authorizations.get(0);
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Uni.createFrom().nullItem();
    }
    String key = authorization.substring(BEARER.length()).strip();
    if (!key.startsWith(ApiKeys.MARK)) {
      return Uni.createFrom().nullItem();
    }
    return identities.authenticate(
        HttpSecurityUtils.setRoutingContextAttribute(new ApiKeyRequest(key), context));
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    // The other mechanisms know what to ask for: a password, or a sign-in at the OIDC provider.
    return Uni.createFrom().nullItem();
  }

  @Override
  public Uni<Boolean> sendChallenge(RoutingContext context) {
    if (!peopleElsewhere && SignInRedirect.sent(context)) {
      return Uni.createFrom().item(true);
    }
    HttpAuthenticator authenticator = context.get(HttpAuthenticator.class.getName());
    if (authenticator == null) {
      problems.sendUnauthorized(context);
      return Uni.createFrom().item(true);
    }
    return authenticator
        .getChallenge(context)
        .map(
            challenge -> {
              if (challenge != null && challenge.headerName != null) {
                context.response().putHeader(challenge.headerName, challenge.headerContent);
              }
              if (challenge != null && challenge.status != 401) {
                context.response().setStatusCode(challenge.status).end();
              } else {
                problems.sendUnauthorized(context);
              }
              return true;
            });
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return Set.of(ApiKeyRequest.class);
  }

  @Override
  public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
    return Uni.createFrom()
        .item(new HttpCredentialTransport(HttpCredentialTransport.Type.AUTHORIZATION, "bearer"));
  }

  @Override
  public int getPriority() {
    return BEFORE_ALL_OTHERS;
  }
}
