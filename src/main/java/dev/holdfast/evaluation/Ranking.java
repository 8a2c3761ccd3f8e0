package dev.holdfast.evaluation;

import java.util.Arrays;

/**
 * The customers from the highest probability down: how many churned and stayed so far, by weight,
 * at each probability that occurs. What the curves and the profit are read from.
 *
 * @param threshold the probabilities, falling; the first entry stands for "nobody" and is 1
 * @param churned weight of those at or above the threshold who churned; first 0
 * @param stayed the same for those who stayed; first 0
 */
record Ranking(double[] threshold, double[] churned, double[] stayed) {

  static Ranking of(Predictions predictions) {
    int n = predictions.probability.length;
    double[] threshold = new double[n + 1];
    double[] churned = new double[n + 1];
    double[] stayed = new double[n + 1];
    threshold[0] = 1;
    int last = 0;
    for (int i = n - 1; i >= 0; i--) {
      double weight = predictions.weight[i];
      if (!(weight > 0)) {
        continue;
      }
      if (last == 0 || predictions.probability[i] != threshold[last]) {
        last++;
        threshold[last] = predictions.probability[i];
        churned[last] = churned[last - 1];
        stayed[last] = stayed[last - 1];
      }
      if (predictions.churned[i]) {
        churned[last] += weight;
      } else {
        stayed[last] += weight;
      }
    }
    return new Ranking(
        Arrays.copyOf(threshold, last + 1),
        Arrays.copyOf(churned, last + 1),
        Arrays.copyOf(stayed, last + 1));
  }

  int size() {
    return threshold.length;
  }

  double allChurned() {
    return churned[size() - 1];
  }

  double allStayed() {
    return stayed[size() - 1];
  }

  double all() {
    return allChurned() + allStayed();
  }

  /**
   * Weight of those who churned within the first {@code share} of the ranking. Customers of equal
   * probability are alike: where the border falls among them, they count in part.
   *
   * @param share in [0, 1]
   */
  double churnedWithin(double share) {
    double wanted = share * all();
    int low = 0;
    int high = size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (churned[middle] + stayed[middle] < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low == 0) {
      return 0;
    }
    double before = churned[low - 1] + stayed[low - 1];
    double width = churned[low] + stayed[low] - before;
    double part = Math.min(1, (wanted - before) / width);
    return churned[low - 1] + part * (churned[low] - churned[low - 1]);
  }
}
