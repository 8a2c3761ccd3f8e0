package dev.holdfast.activity;

/**
 * Twenty bins for gaps, each wider than the one before by the square root of two: 0.75 days and
 * less, up to 1.06, 1.5, 2.1, 3, ... 384 days, and more. Within a bin, shares are interpolated in
 * the logarithm.
 */
final class GapBins {

  static final int COUNT = 20;

  private static final double FIRST_UPPER = 0.75;
  private static final double[] UPPER = new double[COUNT - 1];
  private static final double[] LN_UPPER = new double[COUNT - 1];
  private static final double LN_WIDTH = Math.log(2) / 2;

  static {
    for (int i = 0; i < UPPER.length; i++) {
      UPPER[i] = FIRST_UPPER * Math.pow(2, i / 2.0);
      LN_UPPER[i] = Math.log(UPPER[i]);
    }
  }

  private GapBins() {}

  /** The bin of a gap in days; the last bin is open. */
  static int of(double gap) {
    int bin = 0;
    while (bin < UPPER.length && gap > UPPER[bin]) {
      bin++;
    }
    return bin;
  }

  /** Upper end of a bin in days; infinite for the last. */
  static double upper(int bin) {
    return bin < UPPER.length ? UPPER[bin] : Double.POSITIVE_INFINITY;
  }

  /** How far through its bin a gap is, in [0, 1], by its logarithm; 0 throughout the open bin. */
  static double fraction(int bin, double gap) {
    return gap <= 0 ? 0 : fractionOfLn(bin, Math.log(gap));
  }

  /** As {@link #fraction} for the logarithm of a gap. */
  static double fractionOfLn(int bin, double lnGap) {
    if (bin >= UPPER.length) {
      return 0;
    }
    double fromLower = (lnGap - (LN_UPPER[bin] - LN_WIDTH)) / LN_WIDTH;
    return Math.min(1, Math.max(0, fromLower));
  }

  /** The gap at which a share of a bin is reached: the inverse of {@link #fraction}. */
  static double gapAt(int bin, double fraction) {
    int closed = Math.min(bin, UPPER.length - 1);
    return Math.exp(LN_UPPER[closed] - LN_WIDTH * (1 - fraction));
  }
}
