package dev.holdfast.scoring;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * When the risk of a silent customer will reach a level.
 *
 * <p>Between two events the risk never falls (monotone features, constrained model), so the first
 * whole minute at which it stands at or above the level is found by bisection: about 20 evaluations
 * over a year. Instants are whole minutes of UTC.
 */
public final class Crossing {

  private static final long MILLIS_PER_MINUTE = 60_000;

  private Crossing() {}

  /**
   * The first whole minute after {@code from}, at most {@code horizon} later, with {@code risk >=
   * level}.
   *
   * @param risk the customer's risk at an instant without further events; non-decreasing
   * @param from where the search starts; the risk there is below the level
   * @param level in (0, 1)
   * @return empty if the risk stays below the level over the horizon
   */
  public static Optional<Instant> first(
      ToDoubleFunction<Instant> risk, Instant from, Duration horizon, double level) {
    long below = Math.floorDiv(from.toEpochMilli(), MILLIS_PER_MINUTE);
    long above = below + horizon.toMinutes();
    if (risk.applyAsDouble(minute(above)) < level) {
      return Optional.empty();
    }
    // Grows the bracket first: most crossings are days away, not a year.
    long step = 60 * 24;
    while (below + step < above) {
      if (risk.applyAsDouble(minute(below + step)) >= level) {
        above = below + step;
      } else {
        below = below + step;
        step *= 2;
      }
    }
    while (above - below > 1) {
      long middle = (below + above) >>> 1;
      if (risk.applyAsDouble(minute(middle)) >= level) {
        above = middle;
      } else {
        below = middle;
      }
    }
    return Optional.of(minute(above));
  }

  private static Instant minute(long epochMinute) {
    return Instant.ofEpochMilli(epochMinute * MILLIS_PER_MINUTE);
  }
}
