package dev.holdfast.evaluation;

import java.util.Comparator;
import java.util.List;

/** How much richer in churn the top of a ranking is. */
public final class Lift {

  private Lift() {}

  /**
   * Churn rate in the top {@code fraction} of the ranking divided by the overall churn rate.
   *
   * @param scored in any order; ties are ordered by customer
   * @param fraction share of customers to contact, in (0, 1]; rounded up to a whole customer
   * @return in [0, 1 / churn rate]; 1 is no better than random
   * @throws IllegalArgumentException if the fraction is out of range or nobody churned
   * @see <a href="https://doi.org/10.1509/jmkr.43.2.276">Lemmens and Croux (2006)</a>
   */
  public static double atTop(double fraction, List<Scored> scored) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new IllegalArgumentException("the fraction must be in (0, 1], was " + fraction);
    }
    long churned = scored.stream().filter(Scored::churned).count();
    if (churned == 0) {
      throw new IllegalArgumentException("lift needs at least one customer who churned");
    }
    int top = (int) Math.ceil(fraction * scored.size());
    long churnedAtTop =
        scored.stream()
            .sorted(
                Comparator.comparingDouble(Scored::probability)
                    .reversed()
                    .thenComparingLong(Scored::customer))
            .limit(top)
            .filter(Scored::churned)
            .count();
    return churnedAtTop / (double) top / (churned / (double) scored.size());
  }
}
