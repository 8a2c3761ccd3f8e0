package dev.holdfast.console;

import dev.holdfast.access.BrowserCookies;
import dev.holdfast.access.Sessions;
import dev.holdfast.platform.Problem;
import dev.holdfast.platform.Retried;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Signing in with a browser, and out; choosing a language and a theme. */
@Path("/")
@Blocking
@PermitAll
@Produces(MediaType.TEXT_HTML)
@Retried
public class SignInResource {

  /** A path from the root with or without a query; a second slash would begin another host. */
  private static final Pattern OURS =
      Pattern.compile("/(?![/\\\\])[\\x21-\\x7e&&[^\\\\\"<>{}|^`]]*");

  private static final int A_YEAR_IN_SECONDS = 365 * 24 * 3600;

  private final Sessions sessions;
  private final Shell shell;

  SignInResource(Sessions sessions, Shell shell) {
    this.sessions = sessions;
    this.shell = shell;
  }

  @GET
  @Path("/sign-in")
  public TemplateInstance form(@RestQuery @Nullable String to) {
    return SignInPages.signIn(new SignInPages.Form(ours(to), "", null));
  }

  /** Opens a session, or says what is wrong. */
  @POST
  @Path("/sign-in")
  @OwnForm
  public Response signIn(
      @RestForm @Nullable String name,
      @RestForm @Nullable String password,
      @RestForm @Nullable String to,
      RoutingContext context) {
    String user = name == null ? "" : name.strip();
    Optional<String> token;
    try {
      token = sessions.open(user, password == null ? "" : password);
    } catch (Problem tooOften) {
      return again(429, user, to, shell.words().of("signin_too_often"));
    }
    if (token.isEmpty()) {
      return again(401, user, to, shell.words().of("signin_wrong"));
    }
    String before = BrowserCookies.SESSION.read(context);
    if (before != null) {
      sessions.end(before);
    }
    BrowserCookies.SESSION.set(context, token.get());
    // Whoever set the old one must not know the one of the session.
    BrowserCookies.FORM.remove(context);
    return Response.seeOther(URI.create(ours(to))).build();
  }

  private Response again(int status, String name, @Nullable String to, String wrong) {
    return Forms.page(status, SignInPages.signIn(new SignInPages.Form(ours(to), name, wrong)));
  }

  @POST
  @Path("/sign-out")
  @OwnForm
  public Response signOut(RoutingContext context) {
    String token = BrowserCookies.SESSION.read(context);
    if (token != null) {
      sessions.end(token);
      BrowserCookies.SESSION.remove(context);
    }
    return Response.seeOther(URI.create("/sign-in")).build();
  }

  /** Keeps a choice in the browser and goes back to the page on which it was made. */
  @POST
  @Path("/preferences")
  @OwnForm
  public Response prefer(
      @RestForm @Nullable String language,
      @RestForm @Nullable String theme,
      @RestForm @Nullable String to,
      RoutingContext context) {
    Language.of(language).ifPresent(one -> keep(context, Preferences.LANGUAGE, one.tag()));
    Theme.of(theme).ifPresent(one -> keep(context, Preferences.THEME, one.wireName()));
    return Response.seeOther(URI.create(ours(to))).build();
  }

  private static void keep(RoutingContext context, String name, String value) {
    context
        .response()
        .addCookie(
            io.vertx.core.http.Cookie.cookie(name, value)
                .setPath("/")
                .setHttpOnly(true)
                .setSameSite(io.vertx.core.http.CookieSameSite.LAX)
                .setSecure(context.request().isSSL())
                .setMaxAge(A_YEAR_IN_SECONDS));
  }

  /** An address of this service: never another host, and never the page to sign in itself. */
  static String ours(@Nullable String to) {
    if (to == null || to.startsWith("/sign-") || !OURS.matcher(to).matches()) {
      return "/";
    }
    try {
      return URI.create(to).toString();
    } catch (IllegalArgumentException strayPercent) {
      return "/";
    }
  }
}
