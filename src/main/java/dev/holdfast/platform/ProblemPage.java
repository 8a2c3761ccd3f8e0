package dev.holdfast.platform;

import io.vertx.ext.web.RoutingContext;

/** Shows a problem to a person. Implemented by whoever has pages. */
public interface ProblemPage {

  /** The page, in the language of the reader. */
  String html(RoutingContext context, Problem problem);

  /**
   * True if the request came from the address bar, a link or a form of a browser, and not from a
   * program: it asks for HTML first, outside the API.
   */
  static boolean wantedBy(RoutingContext context) {
    String accepted = context.request().getHeader("Accept");
    String path = context.request().path();
    return accepted != null
        && accepted.startsWith("text/html")
        && path != null
        && !path.startsWith("/api/")
        && !path.startsWith("/q/");
  }
}
