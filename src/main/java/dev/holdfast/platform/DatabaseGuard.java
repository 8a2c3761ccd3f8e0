package dev.holdfast.platform;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/**
 * Answers for the database while it is away, so that callers need not wait for it and requests do
 * not pile up: at once where the outage is known, within 2.5 s for those whom it surprises. A
 * request that takes long on a database that answers is left alone.
 */
@ApplicationScoped
class DatabaseGuard {

  private static final long SURPRISED_MILLIS = 2_500;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final DatabaseWatch database;
  private final ProblemRoutes problems;
  private final Vertx vertx;

  DatabaseGuard(DatabaseWatch database, ProblemRoutes problems, Vertx vertx) {
    this.database = database;
    this.problems = problems;
    this.vertx = vertx;
  }

  void add(@Observes Router router) {
    // Before authentication, which asks the database too.
    router.route().order(Integer.MIN_VALUE + 2).handler(this::guard);
  }

  private void guard(RoutingContext context) {
    if (context.request().path().startsWith("/q/")) {
      context.next();
      return;
    }
    if (database.away()) {
      problems.send(context, Failures.DATABASE_AWAY.get());
      return;
    }
    long timer =
        vertx.setTimer(
            SURPRISED_MILLIS,
            late -> {
              if (database.away()) {
                problems.send(
                    context,
                    Problem.unavailable(
                        "The database did not answer in time. Whether a change was made is not"
                            + " known; read before you repeat it.",
                        RETRY_AFTER));
              }
            });
    context.addEndHandler(ended -> vertx.cancelTimer(timer));
    context.next();
  }
}
