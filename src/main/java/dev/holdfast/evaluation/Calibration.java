package dev.holdfast.evaluation;

import java.util.Comparator;
import java.util.List;

/**
 * Whether predicted probabilities come true.
 *
 * @param observedToExpected churned customers divided by the sum of probabilities; 1 is calibrated
 *     in the large, above 1 predicts too little churn
 * @param slope of a logistic regression of the outcome on the predicted log-odds; 1 is calibrated,
 *     below 1 is over-confident; see {@link #INFINITE_SLOPE}
 * @param error10 expected calibration error over ten groups of equal size, in [0, 1]; 0 is
 *     calibrated
 */
public record Calibration(double observedToExpected, double slope, double error10) {

  /** Reported when the outcomes are separated and no finite slope is best. */
  public static final double INFINITE_SLOPE = 100;

  private static final int GROUPS = 10;
  private static final int NEWTON_STEPS = 50;

  /**
   * Measures the calibration of these predictions.
   *
   * @throws IllegalArgumentException if there are fewer than ten predictions, or nobody churned, or
   *     nobody stayed
   */
  public static Calibration of(List<Scored> scored) {
    long churned = scored.stream().filter(Scored::churned).count();
    if (scored.size() < GROUPS || churned == 0 || churned == scored.size()) {
      throw new IllegalArgumentException(
          "calibration needs at least ten predictions, some churned and some not; were "
              + scored.size()
              + " with "
              + churned
              + " churned");
    }
    double expected = scored.stream().mapToDouble(Scored::probability).sum();
    return new Calibration(churned / expected, slope(scored), error(scored));
  }

  private static double slope(List<Scored> scored) {
    double intercept = 0;
    double slope = 1;
    for (int step = 0; step < NEWTON_STEPS; step++) {
      double g0 = 0;
      double g1 = 0;
      double h00 = 1e-9;
      double h01 = 0;
      double h11 = 1e-9;
      for (Scored s : scored) {
        double x = Math.log(s.probability() / (1 - s.probability()));
        double p = 1 / (1 + Math.exp(-(intercept + slope * x)));
        double w = p * (1 - p);
        g0 += s.outcome() - p;
        g1 += (s.outcome() - p) * x;
        h00 += w;
        h01 += w * x;
        h11 += w * x * x;
      }
      double determinant = h00 * h11 - h01 * h01;
      if (determinant < 1e-12) {
        // All predictions are alike: there is no slope to see, and none is wrong.
        return slope;
      }
      double stepSlope = (h00 * g1 - h01 * g0) / determinant;
      intercept += (h11 * g0 - h01 * g1) / determinant;
      slope += stepSlope;
      if (Math.abs(slope) > INFINITE_SLOPE) {
        return Math.copySign(INFINITE_SLOPE, slope);
      }
      if (Math.abs(stepSlope) < 1e-9) {
        break;
      }
    }
    return slope;
  }

  private static double error(List<Scored> scored) {
    List<Scored> sorted =
        scored.stream().sorted(Comparator.comparingDouble(Scored::probability)).toList();
    int n = sorted.size();
    double error = 0;
    for (int g = 0; g < GROUPS; g++) {
      int from = (int) ((long) n * g / GROUPS);
      int to = (int) ((long) n * (g + 1) / GROUPS);
      double difference = 0;
      for (Scored s : sorted.subList(from, to)) {
        difference += s.outcome() - s.probability();
      }
      error += Math.abs(difference) / n;
    }
    return error;
  }
}
