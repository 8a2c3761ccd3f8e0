package dev.holdfast.campaign;

/**
 * A figure of many customers by some of them.
 *
 * @param value 0 or more, but for money
 * @param low of its 95 percent interval; the value itself if everybody was looked at
 * @param high of it
 */
public record Estimate(double value, double low, double high) {

  static final Estimate NONE = new Estimate(0, 0, 0);

  private static final double Z95 = 1.959964;

  /** A figure that is known. */
  static Estimate exactly(double value) {
    return new Estimate(value, value, value);
  }

  /**
   * How many of all have what some of those drawn have, by Wilson's interval for the share.
   *
   * @param found of those drawn, 0 to {@code drawn}
   * @param drawn at random, 0 or more
   * @param all from whom they were drawn, at least as many
   */
  static Estimate of(long found, long drawn, long all) {
    if (drawn >= all) {
      return exactly(found);
    }
    if (drawn == 0) {
      return new Estimate(0, 0, all);
    }
    double share = (double) found / drawn;
    double z2 = Z95 * Z95 / drawn;
    double middle = (share + z2 / 2) / (1 + z2);
    double half = Z95 / (1 + z2) * Math.sqrt(share * (1 - share) / drawn + z2 / (4 * drawn));
    return new Estimate(
        share * all,
        found == 0 ? 0 : Math.max(found, (middle - half) * all),
        Math.min(all, (middle + half) * all));
  }

  /** The sum of two figures that were estimated from different draws. */
  Estimate plus(Estimate other) {
    double sum = value + other.value;
    return new Estimate(
        sum,
        sum - Math.hypot(value - low, other.value - other.low),
        sum + Math.hypot(high - value, other.high - other.value));
  }

  /** So many times as much. */
  Estimate times(double factor) {
    return factor >= 0
        ? new Estimate(value * factor, low * factor, high * factor)
        : new Estimate(value * factor, high * factor, low * factor);
  }
}
