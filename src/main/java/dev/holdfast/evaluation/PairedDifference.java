package dev.holdfast.evaluation;

import java.util.List;

/**
 * Two candidates on the same rows: the difference with its 95 percent interval, from draws of
 * customers that both share. What chance moves in both alike drops out, so it sees differences that
 * the two intervals apart do not.
 *
 * @param logLoss log-loss of the first less that of the second; below 0 the first is better
 * @param auc AUC of the first less that of the second; above 0 the first is better
 * @param better share of the draws in which the first has the lower log-loss, in [0, 1]
 */
public record PairedDifference(Interval logLoss, Interval auc, double better) {

  /**
   * Compares by a paired percentile bootstrap over customers.
   *
   * @param first predictions of one candidate
   * @param second those of the other for the same rows, in any order
   * @param rounds draws, at least 40
   * @param seed the same seed gives the same intervals
   * @throws IllegalArgumentException if the two do not hold the same customers, outcomes and
   *     weights, there are too few rounds, or nobody churned or nobody stayed in more than one of
   *     ten draws
   */
  public static PairedDifference of(Predictions first, Predictions second, int rounds, long seed) {
    Predictions other = second.numberedAs(first);
    double[] value = differences(first, other);
    double[][] draws =
        new Resampling(first.customers(), rounds, seed)
            .measures(2, times -> differences(first.drawn(times), other.drawn(times)));
    int better = 0;
    for (double difference : draws[0]) {
      better += difference < 0 ? 1 : 0;
    }
    return new PairedDifference(
        Resampling.interval(value[0], draws[0]),
        Resampling.interval(value[1], draws[1]),
        (double) better / draws[0].length);
  }

  /** As {@link #of(Predictions, Predictions, int, long)}. */
  public static PairedDifference of(
      List<Scored> first, List<Scored> second, int rounds, long seed) {
    return of(Predictions.of(first), Predictions.of(second), rounds, seed);
  }

  private static double[] differences(Predictions first, Predictions second) {
    return new double[] {Loss.log(first) - Loss.log(second), Auc.of(first) - Auc.of(second)};
  }
}
