package dev.holdfast.effect;

import dev.holdfast.evaluation.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign earned and cost: the margin of the treated beyond what the hold-out says they
 * would have brought anyway, against everything that was spent.
 *
 * @param margin incremental margin of all treated parties, in money; below 0 calling cost customers
 * @param cost full cost: calls, offers (to those who would have stayed too), and what is spent
 *     whoever is called
 * @param profit margin less cost
 * @param returnOnCost profit over cost: 0 breaks even, -1 all is lost; null if nothing was spent
 */
public record Money(
    Interval margin, double cost, Interval profit, @Nullable Interval returnOnCost) {

  private static final double TAIL = 0.025;

  /**
   * One party's account.
   *
   * @param party as it was assigned
   * @param margin that it brought by the time its outcome matured, in money
   * @param cost spent on it, 0 or more
   */
  public record Account(Assigned party, double margin, double cost) {

    public Account {
      if (!(cost >= 0)) {
        throw new IllegalArgumentException("a cost must be 0 or more, was " + cost);
      }
    }
  }

  /**
   * Reckons, with percentile intervals by a bootstrap over parties; cost is drawn with them.
   *
   * @param accounts of matured parties of both arms
   * @param fixedCost spent whoever is called, 0 or more
   * @param rounds draws, 40 or more
   * @param seed the same seed gives the same intervals
   * @throws IllegalArgumentException if an arm is empty
   */
  public static Money of(List<Account> accounts, double fixedCost, int rounds, long seed) {
    Books books = new Books(accounts);
    int n = accounts.size();
    int[] once = new int[n];
    Arrays.fill(once, 1);
    Reckoning actual = books.reckon(once);
    if (Double.isNaN(actual.margin)) {
      throw new IllegalArgumentException("money needs parties in both arms");
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] margins = new double[rounds];
    double[] profits = new double[rounds];
    double[] returns = new double[rounds];
    int defined = 0;
    for (int round = 0; round < rounds; round++) {
      int[] times = new int[n];
      for (int i = 0; i < n; i++) {
        times[random.nextInt(n)]++;
      }
      Reckoning drawn = books.reckon(times);
      // A small arm may be missed by a draw, which then says nothing.
      if (!Double.isNaN(drawn.margin)) {
        margins[defined] = drawn.margin;
        profits[defined] = drawn.margin - drawn.cost - fixedCost;
        returns[defined] = profits[defined] / (drawn.cost + fixedCost);
        defined++;
      }
    }
    double cost = actual.cost + fixedCost;
    double profit = actual.margin - cost;
    return new Money(
        interval(actual.margin, margins, defined),
        cost,
        interval(profit, profits, defined),
        cost > 0 ? interval(profit / cost, returns, defined) : null);
  }

  private static Interval interval(double value, double[] drawn, int defined) {
    double[] sorted = Arrays.copyOf(drawn, defined);
    Arrays.sort(sorted);
    int last = defined - 1;
    return new Interval(
        value, sorted[(int) Math.floor(TAIL * last)], sorted[(int) Math.ceil((1 - TAIL) * last)]);
  }

  private record Reckoning(double margin, double cost) {}

  /** The accounts as columns, by treatment share. */
  private static final class Books {

    private final int[] stratum;
    private final boolean[] treated;
    private final double[] margin;
    private final double[] cost;
    private final int strata;

    Books(List<Account> accounts) {
      int n = accounts.size();
      double[] shares =
          accounts.stream()
              .mapToDouble(a -> a.party().treatmentShare())
              .distinct()
              .sorted()
              .toArray();
      strata = shares.length;
      stratum = new int[n];
      treated = new boolean[n];
      margin = new double[n];
      cost = new double[n];
      for (int i = 0; i < n; i++) {
        Account account = accounts.get(i);
        stratum[i] = Arrays.binarySearch(shares, account.party().treatmentShare());
        treated[i] = account.party().treated();
        margin[i] = account.margin();
        cost[i] = account.cost();
      }
    }

    /** Margin is NaN if no stratum has both arms. */
    Reckoning reckon(int[] times) {
      double[][] parties = new double[2][strata];
      double[][] margins = new double[2][strata];
      double costs = 0;
      for (int i = 0; i < times.length; i++) {
        int arm = treated[i] ? 1 : 0;
        parties[arm][stratum[i]] += times[i];
        margins[arm][stratum[i]] += times[i] * margin[i];
        costs += treated[i] ? times[i] * cost[i] : 0;
      }
      double compared = 0;
      double difference = 0;
      double allTreated = 0;
      for (int s = 0; s < strata; s++) {
        allTreated += parties[1][s];
        if (parties[0][s] > 0 && parties[1][s] > 0) {
          double weight = parties[0][s] + parties[1][s];
          compared += weight;
          difference += weight * (margins[1][s] / parties[1][s] - margins[0][s] / parties[0][s]);
        }
      }
      return new Reckoning(allTreated * difference / compared, costs);
    }
  }
}
