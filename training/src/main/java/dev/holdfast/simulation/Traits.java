package dev.holdfast.simulation;

import java.util.Map;

/**
 * What does not change in a customer's life.
 *
 * @param regularity shape of the Erlang gaps between uses: 1, 2 or 4; more even as it grows
 * @param usesADay mean rate of use on an ordinary day at satisfaction 0
 * @param meanSatisfaction to which satisfaction returns
 * @param callEffect what a call that reaches them adds to the logarithm of the hazard; negative for
 *     most, positive for about one in five, whom a call reminds of leaving
 */
record Traits(int regularity, double usesADay, double meanSatisfaction, double callEffect) {

  static final double MEDIAN_USES_A_YEAR = 58;
  static final double SPREAD_OF_USES = 0.75;
  private static final double FEWEST_USES_A_YEAR = 8;
  private static final double MOST_USES_A_YEAR = 400;
  static final double DAYS_A_YEAR = 365;
  static final double SPREAD_OF_MEANS = 0.45;

  private static final double MEAN_CALL_EFFECT = -0.8;
  private static final double GRATITUDE_BY_USE = 0.5;
  private static final double GRATITUDE_UNSEEN = 0.45;

  /** How much more a call helps on a dearer plan; about 0 on average. */
  private static final Map<String, Double> GRATITUDE_BY_PLAN =
      Map.of("basic", -0.66, "plus", 0.22, "family", 0.88);

  static Traits drawn(SimulatedCustomer customer, Draws draws) {
    int regularity = regularity(draws.uniform());
    double use = draws.gaussian();
    double usesAYear = MEDIAN_USES_A_YEAR * StrictMath.exp(SPREAD_OF_USES * use);
    double meanSatisfaction = SPREAD_OF_MEANS * draws.gaussian();
    // Those who use the service little, evenly and cheaply are best left in peace.
    double gratitude =
        GRATITUDE_BY_PLAN.getOrDefault(customer.plan(), 0.0)
            + GRATITUDE_BY_USE * use
            + gratitudeOf(regularity)
            + GRATITUDE_UNSEEN * draws.gaussian();
    return new Traits(
        regularity,
        Math.max(FEWEST_USES_A_YEAR, Math.min(MOST_USES_A_YEAR, usesAYear)) / DAYS_A_YEAR,
        meanSatisfaction,
        MEAN_CALL_EFFECT - gratitude);
  }

  /** The regularity of a customer who is this far along, in [0, 1), from the least regular one. */
  static int regularity(double share) {
    return share < 0.4 ? 1 : share < 0.75 ? 2 : 4;
  }

  private static double gratitudeOf(int regularity) {
    return switch (regularity) {
      case 1 -> 0.4;
      case 2 -> -0.1;
      default -> -0.5;
    };
  }
}
