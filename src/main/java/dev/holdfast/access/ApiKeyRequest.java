package dev.holdfast.access;

import io.quarkus.security.identity.request.BaseAuthenticationRequest;

/** An API key as presented. */
class ApiKeyRequest extends BaseAuthenticationRequest {

  private final String key;

  ApiKeyRequest(String key) {
    this.key = key;
  }

  String key() {
    return key;
  }
}
