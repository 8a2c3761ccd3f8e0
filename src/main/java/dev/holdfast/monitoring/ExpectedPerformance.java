package dev.holdfast.monitoring;

import java.util.Arrays;

/**
 * What AUC and Brier score would be if every risk were as calibrated as it claims, without any
 * label (confidence-based performance estimation). It sees that the customers have become harder to
 * tell apart; it is blind to a change in what the features mean, for it believes the risks.
 *
 * @param customers how many risks
 * @param auc expected share of pairs in the right order, in [0.5, 1] for risks that are not all
 *     equal
 * @param brier mean of p (1 - p), in [0, 0.25]
 */
record ExpectedPerformance(int customers, double auc, double brier) {

  /**
   * The expectation for these risks.
   *
   * @param risks at least one, each in (0, 1), in any order
   */
  static ExpectedPerformance of(double[] risks) {
    double[] sorted = risks.clone();
    Arrays.sort(sorted);
    double churned = 0;
    double brier = 0;
    for (double p : sorted) {
      churned += p;
      brier += p * (1 - p);
    }
    // Pairs of one who churns with risk p and another who stays with risk q < p; ties count half.
    double ordered = 0;
    double staysBelow = 0;
    for (int from = 0; from < sorted.length; ) {
      int to = from;
      double stays = 0;
      double churns = 0;
      while (to < sorted.length && sorted[to] == sorted[from]) {
        churns += sorted[to];
        stays += 1 - sorted[to];
        to++;
      }
      // The same customer cannot both churn and stay.
      double pairsOfTies = churns * stays - (to - from) * sorted[from] * (1 - sorted[from]);
      ordered += churns * staysBelow + pairsOfTies / 2;
      staysBelow += stays;
      from = to;
    }
    double pairs = churned * (sorted.length - churned) - brier;
    return new ExpectedPerformance(
        sorted.length, pairs > 0 ? ordered / pairs : 0.5, brier / sorted.length);
  }
}
