package dev.holdfast.evaluation;

import java.util.ArrayList;
import java.util.List;

/** How pure the customers called churners are, against how many of the churners they hold. */
public final class PrecisionRecall {

  /**
   * One cut-off.
   *
   * @param threshold customers at or above it are called churners
   * @param recall share of those who churned that is called so, in [0, 1]
   * @param precision share of those called so that churned, in [0, 1]
   */
  public record Point(double threshold, double recall, double precision) {}

  private PrecisionRecall() {}

  /**
   * The curve by rising recall, with one point for each probability that occurs. At recall 1 the
   * precision is at least the churn rate.
   *
   * @throws IllegalArgumentException if nobody churned
   */
  public static List<Point> curve(Predictions predictions) {
    Ranking ranking = Ranking.of(predictions);
    if (!(ranking.allChurned() > 0)) {
      throw new IllegalArgumentException(
          "precision and recall need at least one customer who churned");
    }
    List<Point> curve = new ArrayList<>(ranking.size());
    for (int k = 1; k < ranking.size(); k++) {
      double churned = ranking.churned()[k];
      curve.add(
          new Point(
              ranking.threshold()[k],
              churned / ranking.allChurned(),
              churned / (churned + ranking.stayed()[k])));
    }
    return curve;
  }

  /**
   * Average precision: each cut-off's precision, weighted by the recall it adds. Not interpolated,
   * since straight lines between the points flatter (Davis and Goadrich, 2006).
   *
   * @return in (0, 1]; about the churn rate for a ranking by chance
   * @throws IllegalArgumentException if nobody churned
   */
  public static double average(Predictions predictions) {
    double average = 0;
    double recall = 0;
    for (Point point : curve(predictions)) {
      average += (point.recall() - recall) * point.precision();
      recall = point.recall();
    }
    return average;
  }
}
