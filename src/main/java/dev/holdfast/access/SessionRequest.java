package dev.holdfast.access;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/**
 * The token of a session as a browser presents it, and whether somebody asked: a page that listens
 * for changes connects anew by itself, for as long as it is open.
 */
class SessionRequest extends BaseAuthenticationRequest {

  private final String token;
  private final boolean attended;

  SessionRequest(String token, boolean attended) {
    this.token = token;
    this.attended = attended;
  }

  String token() {
    return token;
  }

  boolean attended() {
    return attended;
  }
}
