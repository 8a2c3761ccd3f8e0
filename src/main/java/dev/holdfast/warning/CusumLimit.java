package dev.holdfast.warning;

/**
 * How high the sum of shortfalls of a segment may rise before the bell rings, from the number of
 * false alarms a year that people will bear.
 *
 * <p>Siegmund's approximation to the average run length of a one-sided CUSUM with allowance {@value
 * #ALLOWANCE}: {@code 2 (exp(b) - b - 1)} with {@code b = h + 1.166}. It assumes independent
 * standard normal scores. Ours are estimated against a baseline of eight values and a variance of
 * 28, and measured run lengths were down to {@code 1 / 2.5} of it; the limit allows for that.
 *
 * @see <a href="https://doi.org/10.1007/978-1-4757-1862-1">Siegmund (1985), Sequential Analysis</a>
 */
final class CusumLimit {

  /** Shortfall, in standard deviations, that each evaluation forgives. */
  static final double ALLOWANCE = 0.5;

  private static final double OVERSHOOT = 1.166;
  private static final double OPTIMISM = 2.5;
  private static final double HIGHEST = 50;

  private CusumLimit() {}

  /**
   * The limit that all segments of a deployment share.
   *
   * @param segments how many are watched, at least 1
   * @param evaluationsAYear of one segment: 365 by the day, 8,760 by the hour
   * @param falseAlarmsAYear of all segments together when nothing is wrong, positive
   * @return in standard deviations, above 0; larger is later and quieter
   */
  static double of(int segments, double evaluationsAYear, double falseAlarmsAYear) {
    if (segments < 1 || !(evaluationsAYear > 0) || !(falseAlarmsAYear > 0)) {
      throw new IllegalArgumentException(
          "a limit needs segments, evaluations and a budget above 0, had "
              + segments
              + ", "
              + evaluationsAYear
              + " and "
              + falseAlarmsAYear);
    }
    double wanted = OPTIMISM * segments * evaluationsAYear / falseAlarmsAYear;
    double low = 0;
    double high = HIGHEST;
    while (high - low > 1e-9) {
      double middle = (low + high) / 2;
      if (runLength(middle) < wanted) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return high;
  }

  /** Mean number of evaluations until a false alarm at this limit. */
  static double runLength(double limit) {
    double b = limit + OVERSHOOT;
    return 2 * (Math.exp(b) - b - 1);
  }
}
