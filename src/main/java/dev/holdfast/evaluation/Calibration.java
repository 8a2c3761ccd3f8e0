package dev.holdfast.evaluation;

import java.util.List;

/**
 * Whether predicted probabilities come true. Rows count by their weights.
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
    return of(Predictions.of(scored));
  }

  /** As {@link #of(List)}. */
  public static Calibration of(Predictions predictions) {
    require(predictions);
    return new Calibration(ratio(predictions), newton(predictions), error(predictions));
  }

  /**
   * Observed to expected alone, for a bootstrap.
   *
   * @throws IllegalArgumentException as {@link #of(List)}
   */
  public static double ratioOf(Predictions predictions) {
    require(predictions);
    return ratio(predictions);
  }

  /**
   * The slope alone, for a bootstrap.
   *
   * @throws IllegalArgumentException as {@link #of(List)}
   */
  public static double slopeOf(Predictions predictions) {
    require(predictions);
    return newton(predictions);
  }

  private static void require(Predictions predictions) {
    if (predictions.size() < GROUPS) {
      throw new IllegalArgumentException(
          "calibration needs at least ten predictions, had " + predictions.size());
    }
    predictions.requireBoth("calibration");
  }

  private static double ratio(Predictions predictions) {
    double observed = 0;
    double expected = 0;
    for (int i = 0; i < predictions.weight.length; i++) {
      double w = predictions.weight[i];
      observed += predictions.churned[i] ? w : 0;
      expected += w * predictions.probability[i];
    }
    return observed / expected;
  }

  private static double newton(Predictions predictions) {
    double[] logOdds = predictions.logOdds;
    double[] weight = predictions.weight;
    boolean[] churned = predictions.churned;
    // So that weights of any scale meet the same ridge and stopping rule.
    double scale = predictions.size() / predictions.totalWeight();
    double intercept = 0;
    double slope = 1;
    for (int step = 0; step < NEWTON_STEPS; step++) {
      double g0 = 0;
      double g1 = 0;
      double h00 = 1e-9;
      double h01 = 0;
      double h11 = 1e-9;
      for (int i = 0; i < weight.length; i++) {
        if (weight[i] == 0) {
          continue;
        }
        double x = logOdds[i];
        double p = 1 / (1 + Math.exp(-(intercept + slope * x)));
        double residual = scale * weight[i] * ((churned[i] ? 1 : 0) - p);
        double w = scale * weight[i] * p * (1 - p);
        g0 += residual;
        g1 += residual * x;
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

  private static double error(Predictions predictions) {
    double total = predictions.totalWeight();
    double[] difference = new double[GROUPS];
    double sofar = 0;
    for (int i = 0; i < predictions.weight.length; i++) {
      double w = predictions.weight[i];
      sofar += w;
      difference[Reliability.groupOf(sofar, total, GROUPS)] +=
          w * ((predictions.churned[i] ? 1 : 0) - predictions.probability[i]);
    }
    double error = 0;
    for (double group : difference) {
      error += Math.abs(group) / total;
    }
    return error;
  }
}
