package dev.holdfast.evaluation;

import java.util.Arrays;
import java.util.List;

/** Area under the ROC curve. */
public final class Auc {

  private Auc() {}

  /**
   * Probability that a customer who churned was ranked above one who stayed; ties count half. Rows
   * count by their weights.
   *
   * @param scored in any order
   * @return in [0, 1]; 1 ranks perfectly, 0.5 is chance, 0 is perfectly wrong
   * @throws IllegalArgumentException if nobody churned or nobody stayed
   */
  public static double of(List<Scored> scored) {
    return of(Predictions.of(scored));
  }

  /** As {@link #of(List)}. */
  public static double of(Predictions predictions) {
    predictions.requireBoth("AUC");
    return ofAscending(predictions.probability, predictions.churned, predictions.weight);
  }

  /**
   * The same for any score that ranks, such as days of silence.
   *
   * @param score higher for a customer held likelier to churn, never NaN
   * @param churned what happened, one per score
   * @return in [0, 1]
   * @throws IllegalArgumentException if the lengths differ, a score is NaN, nobody churned, or
   *     nobody stayed
   */
  public static double of(double[] score, boolean[] churned) {
    double[] ones = new double[score.length];
    Arrays.fill(ones, 1);
    return of(score, churned, ones);
  }

  /**
   * The same with weights.
   *
   * @param weight positive, one per score
   * @throws IllegalArgumentException if the lengths differ, a score is NaN, a weight is not
   *     positive, nobody churned, or nobody stayed
   */
  public static double of(double[] score, boolean[] churned, double[] weight) {
    int n = score.length;
    if (n != churned.length || n != weight.length) {
      throw new IllegalArgumentException(
          "one outcome and weight per score: "
              + n
              + " and "
              + churned.length
              + ", "
              + weight.length);
    }
    int[] order = Order.ascending(score);
    double[] sorted = new double[n];
    boolean[] outcome = new boolean[n];
    double[] counts = new double[n];
    int positives = 0;
    for (int i = 0; i < n; i++) {
      sorted[i] = score[order[i]];
      outcome[i] = churned[order[i]];
      counts[i] = weight[order[i]];
      positives += outcome[i] ? 1 : 0;
      if (!(counts[i] > 0)) {
        throw new IllegalArgumentException("a weight must be positive, was " + counts[i]);
      }
    }
    if (positives == 0 || positives == n) {
      throw new IllegalArgumentException(
          "AUC needs customers who churned and who stayed, were "
              + positives
              + " and "
              + (n - positives));
    }
    return ofAscending(sorted, outcome, counts);
  }

  private static double ofAscending(double[] score, boolean[] churned, double[] weight) {
    double won = 0;
    double positives = 0;
    double negatives = 0;
    int from = 0;
    while (from < score.length) {
      double churnedHere = 0;
      double stayedHere = 0;
      int to = from;
      while (to < score.length && score[to] == score[from]) {
        if (churned[to]) {
          churnedHere += weight[to];
        } else {
          stayedHere += weight[to];
        }
        to++;
      }
      won += churnedHere * (negatives + stayedHere / 2);
      positives += churnedHere;
      negatives += stayedHere;
      from = to;
    }
    return won / (positives * negatives);
  }
}
