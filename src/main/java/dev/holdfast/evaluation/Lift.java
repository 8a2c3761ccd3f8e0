package dev.holdfast.evaluation;

import java.util.ArrayList;
import java.util.List;

/** How much richer in churn the top of a ranking is. */
public final class Lift {

  /**
   * One point of the gains and lift curves.
   *
   * @param share of the customers, from the highest risk down, in (0, 1]
   * @param gain share of all churn that is among them, in [0, 1]
   * @param lift gain divided by share; 1 is no better than random
   */
  public record Point(double share, double gain, double lift) {}

  private Lift() {}

  /**
   * Churn rate in the top {@code fraction} of the ranking divided by the overall churn rate.
   *
   * @param scored in any order; customers of equal probability are alike, and where the border
   *     falls among them, they count in part
   * @param fraction share of customers to contact, by weight, in (0, 1]
   * @return in [0, 1 / churn rate]; 1 is no better than random
   * @throws IllegalArgumentException if the fraction is out of range or nobody churned
   * @see <a href="https://doi.org/10.1509/jmkr.43.2.276">Lemmens and Croux (2006)</a>
   */
  public static double atTop(double fraction, List<Scored> scored) {
    return atTop(fraction, Predictions.of(scored));
  }

  /** As {@link #atTop(double, List)}. */
  public static double atTop(double fraction, Predictions predictions) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException("the fraction must be in (0, 1], was " + fraction);
    }
    return at(fraction, ranking(predictions)).lift();
  }

  /**
   * Gain and lift at {@code points} equal steps of the share contacted.
   *
   * @param points 1 or more; the last is everybody
   * @throws IllegalArgumentException if there are no points or nobody churned
   */
  public static List<Point> curve(Predictions predictions, int points) {
    if (points < 1) {
      throw new IllegalArgumentException("a curve needs at least one point, had " + points);
    }
    Ranking ranking = ranking(predictions);
    List<Point> curve = new ArrayList<>(points);
    for (int k = 1; k <= points; k++) {
      curve.add(at((double) k / points, ranking));
    }
    return curve;
  }

  private static Point at(double share, Ranking ranking) {
    double gain = ranking.churnedWithin(share) / ranking.allChurned();
    return new Point(share, gain, gain / share);
  }

  private static Ranking ranking(Predictions predictions) {
    Ranking ranking = Ranking.of(predictions);
    if (!(ranking.allChurned() > 0)) {
      throw new IllegalArgumentException("lift needs at least one customer who churned");
    }
    return ranking;
  }
}
