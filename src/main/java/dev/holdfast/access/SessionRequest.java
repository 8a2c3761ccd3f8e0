package dev.holdfast.access;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** The token of a session as a browser presents it. */
class SessionRequest extends BaseAuthenticationRequest {

  private final String token;

  SessionRequest(String token) {
    this.token = token;
  }

  String token() {
    return token;
  }
}
