package dev.holdfast.platform;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Takes {@code %3A} in a path for the colon that it stands for. Many HTTP clients encode it, and
 * the literal part of a route such as {@code /api/v1/risk:batch} would not match.
 */
@ApplicationScoped
class EncodedColons {

  void add(@Observes Router router) {
    // Before authentication, which sees the path that is served.
    router.route("/api/*").order(Integer.MIN_VALUE + 1).handler(EncodedColons::decode);
  }

  private static void decode(RoutingContext context) {
    String path = context.request().path();
    if (path.contains("%3A") || path.contains("%3a")) {
      String query = context.request().query();
      String plain = path.replace("%3A", ":").replace("%3a", ":");
      context.reroute(query == null ? plain : plain + "?" + query);
    } else {
      context.next();
    }
  }
}
