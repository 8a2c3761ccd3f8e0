package dev.holdfast.simulation;

import java.time.Duration;
import java.time.Instant;

/**
 * A time in which part of a segment cannot use the service. Nobody leaves because of it, nor stays:
 * their operational time stands still, so that what they would have done comes later.
 *
 * @param segment where it happens
 * @param from its first instant
 * @param duration how long it lasts, positive
 * @param share of the segment's customers who are hit, in (0, 1]; who they are is drawn once
 */
public record Outage(Segment segment, Instant from, Duration duration, double share) {

  public Outage {
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException("an outage must last some time, was " + duration);
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "the share of customers in an outage must be in (0, 1], was " + share);
    }
  }

  /** The first instant at which the service works again. */
  public Instant until() {
    return from.plus(duration);
  }
}
