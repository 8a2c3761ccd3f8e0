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
}
