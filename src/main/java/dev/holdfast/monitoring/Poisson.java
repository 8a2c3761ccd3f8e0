package dev.holdfast.monitoring;

/**
 * Observed over expected with its 95 percent interval, the observed count taken as Poisson: by
 * Byar's approximation to the exact limits (Breslow and Day 1987, volume II, section 2.3). Wider
 * than need be where churn is frequent.
 *
 * @param ratio observed over expected
 * @param low lower end
 * @param high upper end
 */
record Poisson(double ratio, double low, double high) {

  private static final double Z = 1.959964;
  private static final double Z_SURE = 3.290527;
  private static final double NONE_SURE = Math.log(0.0005) / Math.log(0.025);

  /**
   * The ratio of weighted counts. Weights widen the interval: it is that of {@code (sum w)^2 / sum
   * w^2} events.
   *
   * @param observed sum of the weights of what happened, 0 or more
   * @param observedSquares sum of their squares
   * @param expected positive
   */
  static Poisson of(double observed, double observedSquares, double expected) {
    if (!(expected > 0)) {
      throw new IllegalArgumentException("a ratio needs something expected, was " + expected);
    }
    if (observed <= 0) {
      // No event: the exact upper limit of a count of 0 is -ln 0.025.
      return new Poisson(0, 0, -Math.log(0.025) / expected);
    }
    double events = observed * observed / observedSquares;
    double weight = observed / events;
    return new Poisson(
        observed / expected, weight * lower(events) / expected, weight * upper(events) / expected);
  }

  private static double lower(double events) {
    double root = 1 - 1 / (9 * events) - Z / (3 * Math.sqrt(events));
    return Math.max(0, events * root * root * root);
  }

  private static double upper(double events) {
    double next = events + 1;
    double root = 1 - 1 / (9 * next) + Z / (3 * Math.sqrt(next));
    return next * root * root * root;
  }

  /** 1 or -1 if the ratio is above or below the band and the interval excludes 1, else 0. */
  int outside(double bandLow, double bandHigh) {
    if (ratio > bandHigh && low > 1) {
      return 1;
    }
    return ratio < bandLow && high < 1 ? -1 : 0;
  }

  /**
   * As {@link #outside}, by more than chance alone gives once in a thousand: the interval is
   * widened to 99.9 percent on the scale of the logarithm.
   */
  int surelyOutside(double bandLow, double bandHigh) {
    double wider = Z_SURE / Z;
    if (ratio > bandHigh && low > 0 && ratio * Math.pow(low / ratio, wider) > 1) {
      return 1;
    }
    // Of nothing observed there is no logarithm; the limits of a count of 0 are in one proportion.
    double sureHigh = ratio > 0 ? ratio * Math.pow(high / ratio, wider) : high * NONE_SURE;
    return ratio < bandLow && sureHigh < 1 ? -1 : 0;
  }
}
