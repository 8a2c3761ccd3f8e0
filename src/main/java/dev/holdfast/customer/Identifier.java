package dev.holdfast.customer;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One window of an external name: it means this customer in {@code [validFrom, validTo)}. */
record Identifier(long customerId, Instant validFrom, @Nullable Instant validTo) {

  /** Names that were never limited hold from here; older than any event we take. */
  static final Instant ALWAYS = Instant.parse("1900-01-01T00:00:00Z");

  boolean holdsAt(Instant at) {
    return !at.isBefore(validFrom) && (validTo == null || at.isBefore(validTo));
  }
}
