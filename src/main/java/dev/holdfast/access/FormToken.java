package dev.holdfast.access;

import dev.holdfast.platform.Problem;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Guards forms against being sent by another site: a form repeats what a cookie says, which no
 * other site can read. Works before signing in, without a script, and over plain HTTP, where
 * browsers do not tell where a request comes from.
 */
public final class FormToken {

  /** The name of the hidden field. */
  public static final String FIELD = "form-token";

  private static final int BYTES = 24;
  private static final String KEY = FormToken.class.getName();

  private FormToken() {}

  /** What the forms of this answer repeat; sets the cookie if the browser has none. */
  public static String of(RoutingContext context) {
    String known = BrowserCookies.FORM.read(context);
    if (known != null) {
      return known;
    }
    // One for all forms of a page.
    String fresh = context.get(KEY);
    if (fresh == null) {
      fresh = Secrets.token(BYTES);
      context.put(KEY, fresh);
      BrowserCookies.FORM.set(context, fresh);
    }
    return fresh;
  }

  /**
   * Passes a form of ours.
   *
   * @param field what the form repeats, null if it has no such field
   * @throws Problem 400 for one that is not
   */
  public static void require(RoutingContext context, @Nullable String field) {
    String cookie = BrowserCookies.FORM.read(context);
    if (cookie == null
        || field == null
        || !MessageDigest.isEqual(
            cookie.getBytes(StandardCharsets.UTF_8), field.getBytes(StandardCharsets.UTF_8))) {
      throw Problem.badRequest(
          "The form is not from a page of this service, or the page is old, or the browser keeps no"
              + " cookies. Load the page again and send it once more.");
    }
  }
}
