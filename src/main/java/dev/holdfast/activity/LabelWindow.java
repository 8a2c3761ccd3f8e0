package dev.holdfast.activity;

import java.time.Duration;
import java.time.Instant;

/**
 * The time after a cut-off in which a customer is watched: first the lead time, then the horizon.
 *
 * @param cutoff the last instant known to the model; what happens at it is not in the window
 * @param leadTime needed to act, zero or more
 * @param horizon how far ahead churn is asked about, positive
 * @param complete up to where all events are known
 */
public record LabelWindow(Instant cutoff, Duration leadTime, Duration horizon, Instant complete) {

  public LabelWindow {
    if (leadTime.isNegative()) {
      throw new IllegalArgumentException("the lead time must not be negative, was " + leadTime);
    }
    if (horizon.isNegative() || horizon.isZero()) {
      throw new IllegalArgumentException("the horizon must be positive, was " + horizon);
    }
  }

  /** The window of a horizon in days, to the second. */
  public static LabelWindow of(
      Instant cutoff, Duration leadTime, double horizonDays, Instant complete) {
    return new LabelWindow(
        cutoff, leadTime, Duration.ofSeconds(Math.round(horizonDays * 86_400)), complete);
  }

  /** End of the lead time, itself still too early to act. */
  public Instant actionable() {
    return cutoff.plus(leadTime);
  }

  /** The last instant of the window. */
  public Instant end() {
    return cutoff.plus(leadTime).plus(horizon);
  }
}
