package dev.holdfast.warning;

/**
 * When the bell of a segment rings.
 *
 * @param slotsAWeek evaluations a week: 7 by the day, 168 by the hour
 * @param limit of the CUSUM, see {@link CusumLimit}
 * @param leastDrop share of the expected customers that must be missing, in [0, 1]; what is smaller
 *     may be true and is not worth a call
 * @param leastMissing customers that must be missing, 0 or more
 */
record BellSettings(int slotsAWeek, double limit, double leastDrop, double leastMissing) {

  /** The share and the number below which nobody is called. */
  static final double DEFAULT_DROP = 0.10;

  static final double DEFAULT_MISSING = 20;

  BellSettings {
    if (slotsAWeek < 1
        || !(limit > 0)
        || !(leastDrop >= 0 && leastDrop <= 1)
        || !(leastMissing >= 0)) {
      throw new IllegalArgumentException(
          "a bell needs slots a week and a limit above 0, a drop in [0, 1] and a number of"
              + " customers, had "
              + slotsAWeek
              + ", "
              + limit
              + ", "
              + leastDrop
              + " and "
              + leastMissing);
    }
  }

  /** By the day, with the usual gate. */
  static BellSettings daily(int segments, double falseAlarmsAYear) {
    return new BellSettings(
        7, CusumLimit.of(segments, 365, falseAlarmsAYear), DEFAULT_DROP, DEFAULT_MISSING);
  }

  /**
   * The smallest lasting drop that rings within {@code slots} evaluations on average: the CUSUM
   * must climb to the limit in them.
   *
   * @param due customers due an evaluation
   * @param share of them that come, in (0, 1)
   * @param overdispersion variance against a binomial one, at least 1
   * @return a share of the expected customers in (0, 1]; 1 if even their total absence takes longer
   */
  double detectableDrop(double due, double share, double overdispersion, int slots) {
    double sd =
        Math.sqrt(
            share * (1 - share) / due * (1 + 1.0 / SegmentSeries.BASELINE_WEEKS) * overdispersion);
    double needed = (limit / slots + CusumLimit.ALLOWANCE) * sd / share;
    return Math.min(1, Math.max(leastDrop, needed));
  }
}
