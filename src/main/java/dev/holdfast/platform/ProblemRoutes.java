package dev.holdfast.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.security.AuthenticationException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Problem responses for what never reaches a resource: unknown paths and refused callers. */
@ApplicationScoped
public class ProblemRoutes {

  private static final Logger LOG = Logger.getLogger(ProblemRoutes.class);

  private final ObjectMapper json;
  private final Instance<ProblemPage> pages;
  private final long largestBody;

  ProblemRoutes(
      ObjectMapper json,
      Instance<ProblemPage> pages,
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize largestBody) {
    this.json = json;
    this.pages = pages;
    this.largestBody = largestBody.asLongValue();
  }

  void add(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).handler(this::refuseLargeBody);
    router.route().order(Integer.MIN_VALUE).failureHandler(this::failed);
    router
        .route()
        .order(Integer.MAX_VALUE)
        .handler(context -> send(context, Failures.standard(404)));
  }

  /**
   * Ends a response with a problem; does nothing if it has already begun. Headers set before stay.
   */
  public void send(RoutingContext context, Problem problem) {
    var response = context.response();
    if (response.ended() || response.headWritten()) {
      return;
    }
    boolean page = ProblemPage.wantedBy(context) && pages.isResolvable();
    response.setStatusCode(problem.status());
    response.putHeader(
        "Content-Type", page ? "text/html;charset=UTF-8" : ProblemMappers.MEDIA_TYPE);
    problem
        .retryAfter()
        .ifPresent(after -> response.putHeader("Retry-After", Long.toString(after.toSeconds())));
    if (context.request().method() == HttpMethod.HEAD) {
      response.end();
      return;
    }
    if (page) {
      response.end(pages.get().html(context, problem));
      return;
    }
    try {
      response.end(json.writeValueAsString(problem.body()));
    } catch (JsonProcessingException e) {
      response.end();
    }
  }

  /** Ends a response with 401; the challenge's headers were set before. */
  public void sendUnauthorized(RoutingContext context) {
    send(context, Failures.standard(401));
  }

  /** Quarkus refuses such a body too, a step later and without a word. */
  private void refuseLargeBody(RoutingContext context) {
    String length = context.request().getHeader("Content-Length");
    if (length != null && length.length() <= 18 && Long.parseLong(length) > largestBody) {
      // The rest of the body is not read, so nothing else can follow on this connection.
      context.response().putHeader("Connection", "close");
      context.addEndHandler(ended -> context.request().connection().close());
      send(context, Failures.standard(413));
    } else {
      context.next();
    }
  }

  private void failed(RoutingContext context) {
    Throwable failure = context.failure();
    if (failure instanceof AuthenticationException || failure instanceof UnauthorizedException) {
      // Quarkus knows which challenge to send.
      context.next();
      return;
    }
    if (failure instanceof Problem problem) {
      send(context, problem);
    } else if (failure instanceof ForbiddenException) {
      send(context, Failures.standard(403));
    } else if (Failures.databaseIsAway(failure)) {
      LOG.warnf("The database does not answer: %s", failure.getMessage());
      send(context, Failures.DATABASE_AWAY.get());
    } else if (context.statusCode() >= 400 && context.statusCode() < 500) {
      send(context, Failures.standard(context.statusCode()));
    } else {
      String instance = "urn:uuid:" + UUID.randomUUID();
      LOG.errorf(failure, "A request failed, reported to the caller as %s", instance);
      send(context, Failures.standard(500).with("instance", instance));
    }
  }
}
