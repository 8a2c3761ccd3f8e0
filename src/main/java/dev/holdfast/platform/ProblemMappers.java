package dev.holdfast.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.hibernate.validator.runtime.jaxrs.ResteasyReactiveViolationException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Turns whatever a resource throws into a {@link Problem} response. What happens outside resources
 * (unknown paths, refused callers) is answered by {@link ProblemRoutes}.
 */
class ProblemMappers {

  /** The media type of RFC 9457. */
  static final String MEDIA_TYPE = "application/problem+json";

  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  @ServerExceptionMapper
  Response problem(Problem problem) {
    var response = Response.status(problem.status()).type(MEDIA_TYPE).entity(problem.body());
    problem
        .retryAfter()
        .ifPresent(after -> response.header(HttpHeaders.RETRY_AFTER, after.toSeconds()));
    return response.build();
  }

  @ServerExceptionMapper
  Response webApplication(WebApplicationException e) {
    Response response = e.getResponse();
    if (response.getStatus() < 400 || response.hasEntity()) {
      return response;
    }
    if (e.getCause() instanceof JsonProcessingException json) {
      return problem(JsonProblem.of(json));
    }
    return Response.fromResponse(response)
        .type(MEDIA_TYPE)
        .entity(Failures.standard(response.getStatus()).body())
        .build();
  }

  @ServerExceptionMapper
  Response mismatch(MismatchedInputException e) {
    return problem(JsonProblem.of(e));
  }

  /** A violation by the caller; one inside the service has no mapper and is a 500. */
  @ServerExceptionMapper
  Response invalid(ResteasyReactiveViolationException e) {
    List<Map<String, String>> errors =
        e.getConstraintViolations().stream()
            .map(v -> Map.of("field", field(v), "message", v.getMessage()))
            .sorted((a, b) -> a.toString().compareTo(b.toString()))
            .toList();
    return problem(
        Problem.badRequest("The request does not satisfy the constraints of the API.")
            .with("errors", errors));
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException e) {
    return problem(Failures.standard(403));
  }

  @ServerExceptionMapper
  Uni<Response> unauthorized(UnauthorizedException e, RoutingContext context) {
    return challenge(context);
  }

  @ServerExceptionMapper
  Uni<Response> notAuthenticated(AuthenticationFailedException e, RoutingContext context) {
    return challenge(context);
  }

  @ServerExceptionMapper
  Response unexpected(Throwable e) {
    if (Failures.databaseIsAway(e)) {
      LOG.warnf("The database does not answer: %s", e.getMessage());
      return problem(Failures.DATABASE_AWAY.get());
    }
    if (Failures.isConflict(e)) {
      LOG.warnf("A request gave way to others: %s", e.getMessage());
      return problem(Failures.CONFLICT.get());
    }
    if (Failures.callerIsGone(e)) {
      LOG.debugf("Nobody waits for this answer any more: %s", e);
      return problem(Failures.standard(503));
    }
    String instance = "urn:uuid:" + UUID.randomUUID();
    LOG.errorf(e, "A request failed, reported to the caller as %s", instance);
    return problem(Failures.standard(500).with("instance", instance));
  }

  private Uni<Response> challenge(RoutingContext context) {
    HttpAuthenticator authenticator = context.get(HttpAuthenticator.class.getName());
    Problem problem = Failures.standard(401);
    if (authenticator == null) {
      return Uni.createFrom().item(problem(problem));
    }
    return authenticator
        .getChallenge(context)
        .map(
            challenge -> {
              var response = Response.status(challenge == null ? 401 : challenge.status);
              if (challenge != null && challenge.headerName != null) {
                response.header(challenge.headerName.toString(), challenge.headerContent);
              }
              return response.type(MEDIA_TYPE).entity(problem.body()).build();
            });
  }

  /** The name of the parameter, or the path within the body. */
  private static String field(ConstraintViolation<?> violation) {
    var names = new StringBuilder();
    int depth = 0;
    for (Path.Node node : violation.getPropertyPath()) {
      // The first node is our method.
      if (depth++ > 0) {
        names.append(names.isEmpty() ? "" : ".").append(node);
      }
    }
    return names.toString();
  }
}
