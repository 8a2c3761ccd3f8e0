package dev.holdfast.packaged;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Asks the service over HTTP, and measures how long it takes: with a key of several roles, but
 * without one where probes ask.
 */
final class Caller {

  private static final Duration GIVES_UP = Duration.ofSeconds(20);

  /** An answer and how long it took; status 0 if there was none. */
  record Answer(int status, String contentType, String retryAfter, String body, Duration took) {

    /** A problem that tells when to come back. */
    boolean isRefusalForNow() {
      return status == 503
          && contentType.startsWith("application/problem+json")
          && !retryAfter.isEmpty();
    }

    @Override
    public String toString() {
      return status + " after " + took.toMillis() + " ms: " + body;
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String address;

  Caller(String address) {
    this.address = address;
  }

  Answer get(String path) throws InterruptedException {
    return send(request(path).GET().build());
  }

  Answer post(String path, byte[] json) throws InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(URI.create(address + path)).timeout(GIVES_UP);
    return path.startsWith("/q/health")
        ? request
        : request.header("Authorization", "Bearer " + ExternalParts.API_KEY);
  }

  private Answer send(HttpRequest request) throws InterruptedException {
    long began = System.nanoTime();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          response.headers().firstValue("Retry-After").orElse(""),
          response.body(),
          Duration.ofNanos(System.nanoTime() - began));
    } catch (IOException none) {
      return new Answer(
          0, "", "", String.valueOf(none), Duration.ofNanos(System.nanoTime() - began));
    }
  }
}
