package dev.holdfast.desk;

/**
 * What is believed of a probability: Beta(a, b).
 *
 * @param a successes seen, with those of the prior; above 0
 * @param b failures seen, with those of the prior; above 0
 */
record BetaBelief(double a, double b) {

  /** Points of the grid by which quantiles are found; their error is below 0.001. */
  private static final int GRID = 401;

  /** Half the width of the grid in standard deviations of the log-odds. */
  private static final double REACH = 8;

  BetaBelief {
    if (!(a > 0 && b > 0)) {
      throw new IllegalArgumentException("a and b must be above 0, were " + a + " and " + b);
    }
  }

  /**
   * A belief by its mean and by how many trials it is worth.
   *
   * @param mean in (0, 1)
   * @param strength above 0
   */
  static BetaBelief of(double mean, double strength) {
    return new BetaBelief(mean * strength, (1 - mean) * strength);
  }

  /** The belief after so many more trials. */
  BetaBelief after(double successes, double trials) {
    return new BetaBelief(a + successes, b + trials - successes);
  }

  double mean() {
    return a / (a + b);
  }

  /**
   * Below which the probability lies with probability {@code p}.
   *
   * @param p in (0, 1)
   */
  double quantile(double p) {
    // Over the log-odds, where the density is smooth at both ends.
    double centre = Math.log(a / b);
    double reach = REACH * Math.sqrt(1 / a + 1 / b);
    double step = 2 * reach / (GRID - 1);
    double[] sum = new double[GRID];
    double peak = logDensity(centre);
    double before = Math.exp(logDensity(centre - reach) - peak);
    for (int i = 1; i < GRID; i++) {
      double here = Math.exp(logDensity(centre - reach + i * step) - peak);
      sum[i] = sum[i - 1] + (before + here) / 2;
      before = here;
    }
    double wanted = p * sum[GRID - 1];
    int i = 1;
    while (i < GRID - 1 && sum[i] < wanted) {
      i++;
    }
    double within = sum[i] > sum[i - 1] ? (wanted - sum[i - 1]) / (sum[i] - sum[i - 1]) : 0;
    return 1 / (1 + Math.exp(-(centre - reach + (i - 1 + within) * step)));
  }

  /** Of the log-odds, but for a constant. */
  private double logDensity(double logOdds) {
    return a * logOdds
        - (a + b)
            * (logOdds > 0
                ? logOdds + Math.log1p(Math.exp(-logOdds))
                : Math.log1p(Math.exp(logOdds)));
  }
}
