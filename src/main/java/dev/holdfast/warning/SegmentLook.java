package dev.holdfast.warning;

import org.jspecify.annotations.Nullable;

/**
 * What one evaluation saw of a segment.
 *
 * @param segment which one
 * @param look what was seen and what follows
 * @param shortfall what is missing, from the ring to the look that ends it; null else
 */
public record SegmentLook(Segment segment, Look look, @Nullable Shortfall shortfall) {

  /**
   * What is missing since it began.
   *
   * @param since the slot in which it most likely began
   * @param expected visits
   * @param came visits
   * @param variance of their number if nothing was wrong, over-dispersion included
   */
  public record Shortfall(long since, double expected, long came, double variance) {

    private static final double NORMAL_95 = 1.96;

    /** How many visits are missing; negative if more came. */
    public double missing() {
      return expected - came;
    }

    /** Lower end of the interval of 95% of {@link #missing()}. */
    public double missingLow() {
      return missing() - NORMAL_95 * Math.sqrt(variance);
    }

    /** Upper end of the interval of 95% of {@link #missing()}. */
    public double missingHigh() {
      return missing() + NORMAL_95 * Math.sqrt(variance);
    }

    /** Share of the expected visits that is missing. */
    public double drop() {
      return expected > 0 ? missing() / expected : 0;
    }

    /** With one more slot. */
    Shortfall plus(Look look) {
      double share = look.expected();
      return new Shortfall(
          since,
          expected + share * look.due(),
          came + look.came(),
          variance
              + look.due()
                  * share
                  * (1 - share)
                  * (1 + 1.0 / SegmentSeries.BASELINE_WEEKS)
                  * look.overdispersion());
    }
  }
}
