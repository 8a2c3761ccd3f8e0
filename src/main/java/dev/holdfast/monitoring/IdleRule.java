package dev.holdfast.monitoring;

import java.util.List;
import java.util.Optional;

/**
 * The naive idle rule as a probability: a logistic line on the logarithm of the days of silence,
 * fitted on labels that had matured before the week it is judged on.
 *
 * @param intercept log-odds of churn without silence
 * @param slope log-odds for each unit of ln(1 + days)
 */
record IdleRule(double intercept, double slope) {

  private static final int FEWEST = 200;
  private static final int STEPS = 50;
  // Keeps the line finite where silence separates the outcomes.
  private static final double RIDGE = 1e-3;
  private static final double SURE = 1e-6;

  /** The line by Newton's method; empty with fewer than 200 labels or one outcome only. */
  static Optional<IdleRule> fit(List<Watched> matured) {
    List<Watched> rows =
        matured.stream().filter(row -> row.weight() > 0 && row.churned() != null).toList();
    long churned = rows.stream().filter(IdleRule::churned).count();
    if (rows.size() < FEWEST || churned == 0 || churned == rows.size()) {
      return Optional.empty();
    }
    double a = 0;
    double b = 0;
    for (int step = 0; step < STEPS; step++) {
      double ga = -RIDGE * a;
      double gb = -RIDGE * b;
      double haa = RIDGE;
      double hab = 0;
      double hbb = RIDGE;
      for (Watched row : rows) {
        double x = Math.log1p(row.idleDays());
        double p = 1 / (1 + Math.exp(-(a + b * x)));
        double error = row.weight() * ((churned(row) ? 1 : 0) - p);
        double w = row.weight() * p * (1 - p);
        ga += error;
        gb += error * x;
        haa += w;
        hab += w * x;
        hbb += w * x * x;
      }
      double determinant = haa * hbb - hab * hab;
      double stepA = (hbb * ga - hab * gb) / determinant;
      double stepB = (haa * gb - hab * ga) / determinant;
      // A long step of Newton's method can run away from a flat start.
      double shrink = Math.min(1, 5 / Math.max(1e-12, Math.max(Math.abs(stepA), Math.abs(stepB))));
      a += shrink * stepA;
      b += shrink * stepB;
      if (Math.abs(stepA) + Math.abs(stepB) < 1e-9) {
        break;
      }
    }
    return Optional.of(new IdleRule(a, b));
  }

  private static boolean churned(Watched row) {
    return Boolean.TRUE.equals(row.churned());
  }

  /** Probability of churn after this silence, in [1e-6, 1 - 1e-6]. */
  double probability(double idleDays) {
    double p = 1 / (1 + Math.exp(-(intercept + slope * Math.log1p(idleDays))));
    return Math.min(1 - SURE, Math.max(SURE, p));
  }
}
