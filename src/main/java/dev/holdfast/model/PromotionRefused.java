package dev.holdfast.model;

/** The gate forbids this version to serve; the message says why and what would help. */
public final class PromotionRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  PromotionRefused(String message) {
    super(message);
  }
}
