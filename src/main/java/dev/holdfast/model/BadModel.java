package dev.holdfast.model;

/** A model's files cannot be trusted or understood; nothing of them is used. */
public final class BadModel extends RuntimeException {

  private static final long serialVersionUID = 1L;

  BadModel(String message) {
    super(message);
  }

  BadModel(String message, Throwable cause) {
    super(message, cause);
  }
}
