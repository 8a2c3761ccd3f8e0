package dev.holdfast.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * When something that never falls in silence will reach a level, in whole minutes of UTC.
 *
 * <p>The search interpolates, in the logarithm of the silence because the risk is about a line in
 * it, and always ends with two neighbouring minutes, the first below the level and the second not:
 * the answer is that of looking at every minute. Whatever the curve, it takes no more than a few
 * evaluations above bisection; where a step is known to make much of the rise, as of trees, both
 * sides of it are tried.
 *
 * @see <a href="https://doi.org/10.1145/3423597">Oliveira and Takahashi (2020), for the bound</a>
 */
public final class Crossing {

  static final long MILLIS_PER_MINUTE = 60_000;

  private static final double MINUTES_A_DAY = 1_440;
  // How many evaluations more than bisection the worst case may take.
  private static final int SPARE = 6;

  private Crossing() {}

  /** What is searched: by how much the level is passed at a minute, negative below it. */
  interface Excess {

    double at(long minute);

    /**
     * The minute of a step that makes much of the rise between two minutes, the first past it.
     *
     * @return after {@code upper} if there is none
     */
    default long step(long lower, long upper, double rise) {
      return upper + 1;
    }

    /** The minute asked for last is the best known below the level. */
    default void isBelow() {}

    /** The minute asked for last is the best known not below the level. */
    default void isReached() {}
  }

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
    long below = minuteOf(from);
    long above = below + horizon.toMinutes();
    Excess excess = minute -> risk.applyAsDouble(instant(minute)) - level;
    double atAbove = excess.at(above);
    if (atAbove < 0) {
      return Optional.empty();
    }
    double atBelow = risk.applyAsDouble(from) - level;
    return Optional.of(instant(search(excess, below, below, atBelow, above, atAbove)));
  }

  /**
   * The first minute at which the excess is not negative.
   *
   * @param origin the minute at which the silence began, not after {@code below}
   * @param below a minute before the answer
   * @param atBelow the excess there or a little later
   * @param above a minute not before the answer
   * @param atAbove the excess there, at least 0
   */
  static long search(
      Excess excess, long origin, long below, double atBelow, long above, double atAbove) {
    long lower = below;
    long upper = above;
    double atLower = Math.min(atBelow, 0);
    double atUpper = atAbove;
    // The excess as it is at the ends, where the above may be weighted.
    // Twice the widest bracket from which bisection would still end in time.
    double allowed = Math.scalb(1.0, SPARE + Long.SIZE - Long.numberOfLeadingZeros(above - below));
    double trueLower = atLower;
    double trueUpper = atUpper;
    int sameSide = 0;
    while (upper - lower > 1) {
      double middle = (lower + upper) / 2.0;
      double slack = Math.max(0, (allowed - (upper - lower)) / 2);
      allowed /= 2;
      double guess = excess.step(lower, upper, trueUpper - trueLower);
      if (guess > upper) {
        guess = interpolate(origin, lower, atLower, upper, atUpper);
        guess = Math.min(middle + slack, Math.max(middle - slack, guess));
      }
      long minute = Math.min(upper - 1, Math.max(lower + 1, (long) Math.ceil(guess)));
      double here = excess.at(minute);
      if (here < 0) {
        sameSide = Math.min(sameSide, 0) - 1;
        atUpper *= sameSide < -1 ? kept(here, atLower) : 1;
        lower = minute;
        atLower = here;
        trueLower = here;
        excess.isBelow();
      } else {
        sameSide = Math.max(sameSide, 0) + 1;
        atLower *= sameSide > 1 ? kept(here, atUpper) : 1;
        upper = minute;
        atUpper = here;
        trueUpper = here;
        excess.isReached();
      }
    }
    return upper;
  }

  /**
   * How much of its excess the end keeps that stayed where it was twice: less, so that it is taken
   * for nearer and moves too.
   *
   * @see <a href="https://doi.org/10.1007/BF01951936">Anderson and Bjorck (1973)</a>
   */
  private static double kept(double here, double before) {
    double keep = 1 - here / before;
    return keep > 0 ? keep : 0.5;
  }

  /** Where a line in the logarithm of the silence would reach the level. */
  private static double interpolate(
      long origin, long lower, double atLower, long upper, double atUpper) {
    double rise = atUpper - atLower;
    if (!(rise > 0)) {
      return (lower + upper) / 2.0;
    }
    double share = -atLower / rise;
    double from = Math.log1p((lower - origin) / MINUTES_A_DAY);
    double to = Math.log1p((upper - origin) / MINUTES_A_DAY);
    return origin + Math.expm1(from + (to - from) * share) * MINUTES_A_DAY;
  }

  static long minuteOf(Instant at) {
    return Math.floorDiv(at.toEpochMilli(), MILLIS_PER_MINUTE);
  }

  static Instant instant(long epochMinute) {
    return Instant.ofEpochMilli(epochMinute * MILLIS_PER_MINUTE);
  }
}
