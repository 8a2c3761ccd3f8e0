package dev.holdfast.platform.embedded;

import org.jspecify.annotations.Nullable;

/** The database or the broker cannot be had; the message is for the person at the console. */
public final class PartsUnavailable extends RuntimeException {

  private static final long serialVersionUID = 1;

  PartsUnavailable(String message) {
    this(message, null);
  }

  PartsUnavailable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
