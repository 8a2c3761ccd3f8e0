package dev.holdfast.platform;

import java.time.Instant;

/**
 * The time in which customers live: real, fixed or accelerated. Events, timers, policy and labels
 * use it. Its parameters are stored with the data and shared by all processes; a change is seen
 * within a second.
 */
public interface BusinessClock {

  /** The present business instant. */
  Instant now();

  /** The business instant at the system instant {@code system}, under the present parameters. */
  Instant at(Instant system);

  /**
   * The system instant at which the business clock shows {@code business}; inverse of {@link #at}.
   *
   * @return {@link Instant#MAX} if the clock is fixed before {@code business} and so never shows
   *     it; {@link Instant#MIN} if it is fixed at {@code business} or later
   */
  Instant systemAt(Instant business);

  /** Business seconds per system second: 1 for the real clock, 0 for a fixed one. */
  double rate();
}
