package dev.holdfast.access;

import dev.holdfast.platform.Problem;
import dev.holdfast.platform.ProblemRoutes;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;

/**
 * Refuses what a browser was made to send by a page of another site, whatever credentials it holds
 * for us: browsers that know where a request comes from say so.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata Request Headers</a>
 */
@ApplicationScoped
class CrossSiteGuard {

  private static final Set<HttpMethod> HARMLESS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final Set<String> FOREIGN = Set.of("cross-site", "same-site");

  private final ProblemRoutes problems;

  CrossSiteGuard(ProblemRoutes problems) {
    this.problems = problems;
  }

  void add(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE + 2).handler(this::guard);
  }

  private void guard(RoutingContext context) {
    String from = context.request().getHeader("Sec-Fetch-Site");
    if (from != null && FOREIGN.contains(from) && !HARMLESS.contains(context.request().method())) {
      problems.send(
          context,
          Problem.of(403, "Forbidden", "A page of another site asked for this; it is not done."));
    } else {
      context.next();
    }
  }
}
