package dev.holdfast.monitoring;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The early check of returns, before labels mature: a risk p over a horizon of H days also says how
 * many are back by day d, once a form of the hazard of returning is assumed. The form is Weibull's:
 * P(not back by d) = p^((d/H)^k). Its shape k is the same for everybody and learnt, for each d,
 * from labels that have matured; so the assumption is that returns come as early in the horizon as
 * they did then. A change that spares the first days is not seen here.
 */
final class Returns {

  /** The days after which it is looked. */
  static final List<Integer> DAYS = List.of(7, 14);

  private static final int FEWEST = 500;
  private static final double LOWEST_SHAPE = 0.02;
  private static final double HIGHEST_SHAPE = 5;

  private Returns() {}

  /**
   * Expected and observed returns of the customers watched in one week.
   *
   * @param week the Monday of the week in which they were watched
   * @param days how many days on
   * @param customers how many, one row each
   * @param observed who came back by then, by weight
   * @param expected by their risks and the shape, by weight
   * @param ratio observed over expected, with its 95 percent interval
   */
  record Figures(
      LocalDate week, int days, int customers, double observed, double expected, Poisson ratio) {}

  /**
   * The shape k under which as many were expected back by day {@code days} as were; empty with
   * fewer than 500 matured labels whose horizon is longer, or if no shape would explain them.
   */
  static OptionalDouble shape(int days, Collection<Watched> matured) {
    List<Watched> rows =
        Weeks.onePerCustomer(
            matured.stream()
                .filter(
                    row -> row.weight() > 0 && row.churned() != null && row.horizonDays() > days)
                .toList());
    if (rows.size() < FEWEST) {
      return OptionalDouble.empty();
    }
    double observed = observed(days, rows);
    double low = LOWEST_SHAPE;
    double high = HIGHEST_SHAPE;
    // The smaller the shape, the earlier the returns.
    if (observed > expected(days, low, rows) || observed < expected(days, high, rows)) {
      return OptionalDouble.empty();
    }
    for (int step = 0; step < 60; step++) {
      double middle = (low + high) / 2;
      if (expected(days, middle, rows) > observed) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return OptionalDouble.of((low + high) / 2);
  }

  /** The figures of each week whose customers have been watched for so long, oldest first. */
  static List<Figures> weekly(int days, double shape, Collection<Watched> watched) {
    Map<LocalDate, List<Watched>> byWeek = new TreeMap<>();
    for (Watched row : watched) {
      if (row.weight() > 0 && row.watchedDays() >= Math.min(days, row.horizonDays())) {
        byWeek.computeIfAbsent(Weeks.of(row.asOf()), week -> new ArrayList<>()).add(row);
      }
    }
    List<Figures> figures = new ArrayList<>();
    byWeek.forEach(
        (week, all) -> {
          List<Watched> rows = Weeks.onePerCustomer(all);
          double observed = observed(days, rows);
          double squares = 0;
          for (Watched row : rows) {
            squares += row.returnedWithin(days) ? row.weight() * row.weight() : 0;
          }
          double expected = expected(days, shape, rows);
          if (expected > 0) {
            figures.add(
                new Figures(
                    week,
                    days,
                    rows.size(),
                    observed,
                    expected,
                    Poisson.of(observed, squares, expected)));
          }
        });
    return figures;
  }

  private static double observed(int days, List<Watched> rows) {
    double observed = 0;
    for (Watched row : rows) {
      observed += row.returnedWithin(days) ? row.weight() : 0;
    }
    return observed;
  }

  private static double expected(int days, double shape, List<Watched> rows) {
    double expected = 0;
    for (Watched row : rows) {
      double share = Math.min(1, days / row.horizonDays());
      expected += row.weight() * (1 - Math.pow(row.risk(), Math.pow(share, shape)));
    }
    return expected;
  }
}
