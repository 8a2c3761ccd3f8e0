package dev.holdfast.access;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * The cookies that scripts of a page cannot read. Over TLS their names begin with {@code __Host-},
 * so that no other host of the domain can set them.
 */
public enum BrowserCookies {
  /** The token of the session. */
  SESSION("holdfast-session"),
  /** What a form must repeat, so that no other site can send it. */
  FORM("holdfast-form");

  private final String plainName;

  BrowserCookies(String plainName) {
    this.plainName = plainName;
  }

  /** The value, null if the browser sent none. */
  public @Nullable String read(RoutingContext context) {
    Cookie cookie = context.request().getCookie(name(context));
    return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
  }

  /** Sets it until the browser closes. */
  public void set(RoutingContext context, String value) {
    context.response().addCookie(cookie(context, value));
  }

  /** Takes it away. */
  public void remove(RoutingContext context) {
    context.response().addCookie(cookie(context, "").setMaxAge(0));
  }

  private Cookie cookie(RoutingContext context, String value) {
    return Cookie.cookie(name(context), value)
        .setPath("/")
        .setHttpOnly(true)
        .setSameSite(CookieSameSite.LAX)
        .setSecure(context.request().isSSL());
  }

  private String name(RoutingContext context) {
    return context.request().isSSL() ? "__Host-" + plainName : plainName;
  }
}
