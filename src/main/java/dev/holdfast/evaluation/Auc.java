package dev.holdfast.evaluation;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Area under the ROC curve. */
public final class Auc {

  private Auc() {}

  /**
   * Probability that a customer who churned was ranked above one who stayed; ties count half.
   *
   * @param scored in any order
   * @return in [0, 1]; 1 ranks perfectly, 0.5 is chance, 0 is perfectly wrong
   * @throws IllegalArgumentException if nobody churned or nobody stayed
   */
  public static double of(List<Scored> scored) {
    double[] score = scored.stream().mapToDouble(Scored::probability).toArray();
    boolean[] churned = new boolean[score.length];
    for (int i = 0; i < churned.length; i++) {
      churned[i] = scored.get(i).churned();
    }
    return of(score, churned);
  }

  /**
   * The same for any score that ranks, such as days of silence.
   *
   * @param score higher for a customer held likelier to churn, never NaN
   * @param churned what happened, one per score
   * @return in [0, 1]
   * @throws IllegalArgumentException if the lengths differ, nobody churned, or nobody stayed
   */
  public static double of(double[] score, boolean[] churned) {
    if (score.length != churned.length) {
      throw new IllegalArgumentException(
          "one outcome per score: " + score.length + " and " + churned.length);
    }
    Integer[] order = new Integer[score.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> score[i]));
    double rankSum = 0;
    long positives = 0;
    int from = 0;
    while (from < order.length) {
      int to = from;
      while (to < order.length && score[order[to]] == score[order[from]]) {
        to++;
      }
      double rank = (from + 1 + to) / 2.0;
      for (int k = from; k < to; k++) {
        if (churned[order[k]]) {
          rankSum += rank;
          positives++;
        }
      }
      from = to;
    }
    long negatives = score.length - positives;
    if (positives == 0 || negatives == 0) {
      throw new IllegalArgumentException(
          "AUC needs customers who churned and who stayed, were "
              + positives
              + " and "
              + negatives);
    }
    return (rankSum - positives * (positives + 1) / 2.0) / ((double) positives * negatives);
  }
}
