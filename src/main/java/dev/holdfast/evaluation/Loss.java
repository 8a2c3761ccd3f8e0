package dev.holdfast.evaluation;

import java.util.List;

/** Mean losses of probabilities, by weight: proper scores, lowest for the true probability. */
public final class Loss {

  private Loss() {}

  /**
   * Mean negative log-likelihood, natural logarithm.
   *
   * @return 0 or more; 0 is certain and right, 0.693 is a coin
   * @throws IllegalArgumentException if there is no prediction
   */
  public static double log(List<Scored> scored) {
    return log(Predictions.of(scored));
  }

  /** As {@link #log(List)}. */
  public static double log(Predictions predictions) {
    predictions.requireAny("a mean loss");
    double sum = 0;
    double total = 0;
    for (int i = 0; i < predictions.weight.length; i++) {
      double p = predictions.probability[i];
      sum -= predictions.weight[i] * Math.log(predictions.churned[i] ? p : 1 - p);
      total += predictions.weight[i];
    }
    return sum / total;
  }

  /**
   * Mean squared difference of probability and outcome, after Brier (1950).
   *
   * @return in [0, 1]; 0 is certain and right
   * @throws IllegalArgumentException if there is no prediction
   */
  public static double brier(List<Scored> scored) {
    return brier(Predictions.of(scored));
  }

  /** As {@link #brier(List)}. */
  public static double brier(Predictions predictions) {
    predictions.requireAny("a mean loss");
    double sum = 0;
    double total = 0;
    for (int i = 0; i < predictions.weight.length; i++) {
      double error = (predictions.churned[i] ? 1 : 0) - predictions.probability[i];
      sum += predictions.weight[i] * error * error;
      total += predictions.weight[i];
    }
    return sum / total;
  }
}
