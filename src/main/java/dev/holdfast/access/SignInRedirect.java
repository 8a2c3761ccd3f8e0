package dev.holdfast.access;

import dev.holdfast.platform.ProblemPage;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Sends people who are not signed in to the page where they sign in, and back afterwards. */
final class SignInRedirect {

  private static final String SIGN_IN = "/sign-in";

  private SignInRedirect() {}

  /** Answers a person; false for a program, which gets a challenge. */
  static boolean sent(RoutingContext context) {
    if (context.request().getHeader("HX-Request") != null) {
      // A part of a page: the page as a whole goes.
      context.response().setStatusCode(401).putHeader("HX-Redirect", SIGN_IN).end();
      return true;
    }
    String accepted = context.request().getHeader("Accept");
    if (accepted != null && accepted.startsWith("text/event-stream")) {
      // Without a challenge: the browser would ask for a password in the middle of a page.
      context.response().setStatusCode(401).end();
      return true;
    }
    if (!ProblemPage.wantedBy(context)) {
      return false;
    }
    boolean again =
        context.request().method() == HttpMethod.GET && !context.request().uri().equals("/");
    context
        .response()
        .setStatusCode(303)
        .putHeader("Cache-Control", "no-store")
        .putHeader(
            "Location",
            again
                ? SIGN_IN
                    + "?to="
                    + URLEncoder.encode(context.request().uri(), StandardCharsets.UTF_8)
                : SIGN_IN)
        .end();
    return true;
  }
}
