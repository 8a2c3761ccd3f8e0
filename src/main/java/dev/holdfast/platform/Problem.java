package dev.holdfast.platform;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A refusal that the caller can understand, rendered as {@code application/problem+json} (RFC 9457)
 * over HTTP and as one line on the command line.
 *
 * <p>The title is stable per kind of problem; the detail names the rule, the value and the remedy.
 * Nothing internal (class, SQL, host, path) belongs into either.
 */
public final class Problem extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int status;
  private final String title;
  private final transient Map<String, Object> extensions = new LinkedHashMap<>();
  private final @Nullable Duration retryAfter;

  private Problem(int status, String title, String detail, @Nullable Duration retryAfter) {
    super(detail);
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be in [400, 599], was " + status);
    }
    this.status = status;
    this.title = title;
    this.retryAfter = retryAfter;
  }

  /** Any problem; {@code status} in [400, 599]. */
  public static Problem of(int status, String title, String detail) {
    return new Problem(status, title, detail, null);
  }

  /** 400: the request cannot be understood. */
  public static Problem badRequest(String detail) {
    return of(400, "Bad Request", detail);
  }

  /** 404: what the request names is not there. */
  public static Problem notFound(String detail) {
    return of(404, "Not Found", detail);
  }

  /** 409: the request contradicts the present state. */
  public static Problem conflict(String detail) {
    return of(409, "Conflict", detail);
  }

  /** 413: more than is taken at once. */
  public static Problem tooLarge(String detail) {
    return of(413, "Content Too Large", detail);
  }

  /** 422: understood, and against a rule. */
  public static Problem unprocessable(String detail) {
    return of(422, "Unprocessable Content", detail);
  }

  /** 429: too much; {@code retryAfter} goes into the header of that name, in whole seconds. */
  public static Problem tooManyRequests(String detail, Duration retryAfter) {
    return new Problem(429, "Too Many Requests", detail, retryAfter);
  }

  /** 503: not now; {@code retryAfter} goes into the header of that name, in whole seconds. */
  public static Problem unavailable(String detail, Duration retryAfter) {
    return new Problem(503, "Service Unavailable", detail, retryAfter);
  }

  /** Adds an extension member and returns this. */
  public Problem with(String member, Object value) {
    extensions.put(member, value);
    return this;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The kind of problem, stable. */
  public String title() {
    return title;
  }

  /** What is wrong here. */
  public String detail() {
    return String.valueOf(getMessage());
  }

  /** When to try again, if that can be said. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** The extension members, in the order in which they were added. */
  public Map<String, Object> extensions() {
    return Collections.unmodifiableMap(extensions);
  }

  /** The members of the JSON body. */
  Map<String, Object> body() {
    var body = new LinkedHashMap<String, Object>();
    body.put("type", "about:blank");
    body.put("title", title);
    body.put("status", status);
    body.put("detail", detail());
    body.putAll(extensions);
    return body;
  }
}
