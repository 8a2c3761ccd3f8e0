package dev.holdfast.evaluation;

import java.util.ArrayList;
import java.util.List;

/** What a ranking is worth in money, under stated {@link Economics}. */
public final class Profit {

  private static final int GAMMAS = 200;

  /**
   * Profit of contacting a share of the customers.
   *
   * @param share of all customers, from the highest risk down, in [0, 1]
   * @param profit money per customer, contacted or not; negative is a loss
   */
  public record Point(double share, double profit) {}

  private Profit() {}

  /**
   * Profit by share contacted at the mean of gamma, at {@code points} equal steps, the share 0
   * before them.
   *
   * @param points 1 or more; the last is everybody
   * @throws IllegalArgumentException if there are no points, nobody churned or nobody stayed
   */
  public static List<Point> curve(Predictions predictions, Economics economics, int points) {
    if (points < 1) {
      throw new IllegalArgumentException("a curve needs at least one point, had " + points);
    }
    predictions.requireBoth("profit");
    Ranking ranking = Ranking.of(predictions);
    List<Point> curve = new ArrayList<>(points + 1);
    for (int k = 0; k <= points; k++) {
      double share = (double) k / points;
      double churned = ranking.churnedWithin(share) / ranking.all();
      curve.add(
          new Point(share, profit(churned, share - churned, economics, economics.meanGamma())));
    }
    return curve;
  }

  /**
   * The best share to contact at the mean of gamma: exact, over all cut-offs.
   *
   * @return share 0 and profit 0 if no contact pays
   * @throws IllegalArgumentException if nobody churned or nobody stayed
   */
  public static Point best(Predictions predictions, Economics economics) {
    return best(Roc.hull(predictions), predictions.churnRate(), economics, economics.meanGamma());
  }

  /**
   * Expected maximum profit measure for customer churn (EMPC): the best cut-off's profit for each
   * gamma, averaged over gamma's distribution (200 quantiles), and the share contacted likewise.
   *
   * @return profit per customer, 0 or more; 0 if no contact ever pays
   * @throws IllegalArgumentException if nobody churned or nobody stayed
   * @see <a href="https://doi.org/10.1109/TKDE.2012.50">Verbraken, Verbeke and Baesens (2013)</a>
   */
  public static Point empc(Predictions predictions, Economics economics) {
    List<Roc.Point> hull = Roc.hull(predictions);
    double churnRate = predictions.churnRate();
    double profit = 0;
    double share = 0;
    for (double gamma : economics.gammas(GAMMAS)) {
      Point best = best(hull, churnRate, economics, gamma);
      profit += best.profit() / GAMMAS;
      share += best.share() / GAMMAS;
    }
    return new Point(share, profit);
  }

  private static Point best(
      List<Roc.Point> hull, double churnRate, Economics economics, double gamma) {
    Point best = new Point(0, 0);
    for (Roc.Point cut : hull) {
      double churned = churnRate * cut.truePositiveRate();
      double stayed = (1 - churnRate) * cut.falsePositiveRate();
      double profit = profit(churned, stayed, economics, gamma);
      if (profit > best.profit()) {
        best = new Point(churned + stayed, profit);
      }
    }
    return best;
  }

  private static double profit(double churned, double stayed, Economics economics, double gamma) {
    return churned * economics.gainOfChurner(gamma) - stayed * economics.costOfStayer();
  }
}
