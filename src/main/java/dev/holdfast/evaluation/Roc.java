package dev.holdfast.evaluation;

import java.util.ArrayList;
import java.util.List;

/** Receiver operating characteristic: what each cut-off on the probability finds and disturbs. */
public final class Roc {

  /**
   * One cut-off.
   *
   * @param threshold customers at or above it are called churners; 1 for the first point: nobody
   * @param falsePositiveRate share of those who stayed that is called so, in [0, 1]
   * @param truePositiveRate share of those who churned that is called so, in [0, 1]
   */
  public record Point(double threshold, double falsePositiveRate, double truePositiveRate) {}

  private Roc() {}

  /**
   * The curve from (0, 0) to (1, 1), with one point for each probability that occurs. Joined by
   * straight lines, the area below it is the {@link Auc}.
   *
   * @throws IllegalArgumentException if nobody churned or nobody stayed
   */
  public static List<Point> curve(Predictions predictions) {
    predictions.requireBoth("a ROC curve");
    Ranking ranking = Ranking.of(predictions);
    List<Point> curve = new ArrayList<>(ranking.size());
    for (int k = 0; k < ranking.size(); k++) {
      curve.add(
          new Point(
              ranking.threshold()[k],
              ranking.stayed()[k] / ranking.allStayed(),
              ranking.churned()[k] / ranking.allChurned()));
    }
    return curve;
  }

  /**
   * The points of the curve on its upper convex hull: for any worth of finding and cost of
   * disturbing, one of them is the best cut-off (Provost and Fawcett, 2001).
   *
   * @throws IllegalArgumentException if nobody churned or nobody stayed
   */
  public static List<Point> hull(Predictions predictions) {
    List<Point> hull = new ArrayList<>();
    for (Point next : curve(predictions)) {
      while (hull.size() >= 2
          && !turnsRight(hull.get(hull.size() - 2), hull.get(hull.size() - 1), next)) {
        hull.remove(hull.size() - 1);
      }
      hull.add(next);
    }
    return hull;
  }

  private static boolean turnsRight(Point a, Point b, Point c) {
    return (b.falsePositiveRate - a.falsePositiveRate) * (c.truePositiveRate - a.truePositiveRate)
        < (b.truePositiveRate - a.truePositiveRate) * (c.falsePositiveRate - a.falsePositiveRate);
  }
}
