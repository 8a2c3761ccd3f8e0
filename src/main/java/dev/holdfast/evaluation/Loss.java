package dev.holdfast.evaluation;

import java.util.List;

/** Mean losses of probabilities: proper scores, lowest for the true probability. */
public final class Loss {

  private Loss() {}

  /**
   * Mean negative log-likelihood, natural logarithm.
   *
   * @return 0 or more; 0 is certain and right, 0.693 is a coin
   * @throws IllegalArgumentException if there is no prediction
   */
  public static double log(List<Scored> scored) {
    requireAny(scored);
    double sum = 0;
    for (Scored s : scored) {
      sum -= Math.log(s.churned() ? s.probability() : 1 - s.probability());
    }
    return sum / scored.size();
  }

  /**
   * Mean squared difference of probability and outcome, after Brier (1950).
   *
   * @return in [0, 1]; 0 is certain and right
   * @throws IllegalArgumentException if there is no prediction
   */
  public static double brier(List<Scored> scored) {
    requireAny(scored);
    double sum = 0;
    for (Scored s : scored) {
      double error = s.outcome() - s.probability();
      sum += error * error;
    }
    return sum / scored.size();
  }

  private static void requireAny(List<Scored> scored) {
    if (scored.isEmpty()) {
      throw new IllegalArgumentException("a mean loss needs at least one prediction");
    }
  }
}
