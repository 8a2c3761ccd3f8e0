package dev.holdfast.effect;

/**
 * How many parties an arm has, and how many of them churned.
 *
 * @param parties 0 or more
 * @param churned in [0, parties]
 */
public record ArmCount(int parties, int churned) {

  private static final int SMALL = 30;

  public ArmCount {
    if (churned < 0 || churned > parties) {
      throw new IllegalArgumentException(
          "of " + parties + " parties between none and all churned, not " + churned);
    }
  }

  /** Share that churned, in [0, 1]; NaN without parties, for callers who looked first. */
  public double churnRate() {
    return (double) churned / parties;
  }

  /** True if fewer than 30 churned, or fewer than 30 stayed: a normal interval is too narrow. */
  boolean small() {
    return churned < SMALL || parties - churned < SMALL;
  }

  /** Sampling variance of the churn rate. */
  double variance() {
    double p = churnRate();
    return p * (1 - p) / parties;
  }

  /**
   * Lower and upper end of Wilson's interval for the churn rate.
   *
   * @param z half width in standard errors, such as {@link Normal#Z95}
   */
  double[] wilson(double z) {
    double z2 = z * z;
    double p = churnRate();
    double n = parties;
    double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = z * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    return new double[] {centre - half, centre + half};
  }
}
