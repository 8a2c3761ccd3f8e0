package dev.holdfast.platform;

import java.time.Instant;

/**
 * The time of the machine, UTC: for leases, the outbox, tokens, audit and quotas. Whatever concerns
 * customers asks the {@link BusinessClock} instead.
 */
public interface SystemClock {

  /** The present instant, to the microsecond, as the database keeps it. */
  Instant now();
}
