package dev.holdfast.effect;

import dev.holdfast.evaluation.Interval;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    Reckoning actual = books.reckon(books.numbers);
    if (Double.isNaN(actual.margin)) {
      throw new IllegalArgumentException("money needs parties in both arms");
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] margins = new double[rounds];
    double[] profits = new double[rounds];
    double[] returns = new double[rounds];
    int defined = 0;
    for (int round = 0; round < rounds; round++) {
      Reckoning drawn = books.reckon(books.drawn(random));
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

  /**
   * The accounts, those that are alike counted together: there are few kinds, since who stayed
   * brought the same and calls cost the same, so that a draw is a few numbers.
   */
  private static final class Books {

    private record Kind(double treatmentShare, boolean treated, double margin, double cost) {}

    private final Kind[] kinds;
    private final int[] numbers;
    private final double[] shares;
    private final int n;

    Books(List<Account> accounts) {
      Map<Kind, Integer> counted = new HashMap<>();
      for (Account account : accounts) {
        Assigned party = account.party();
        counted.merge(
            new Kind(party.treatmentShare(), party.treated(), account.margin(), account.cost()),
            1,
            Integer::sum);
      }
      // The largest first, so that few draws are left for the others; ties in an order of their
      // own.
      kinds =
          counted.keySet().stream()
              .sorted(
                  Comparator.comparingInt((Kind kind) -> -counted.getOrDefault(kind, 0))
                      .thenComparingDouble(Kind::treatmentShare)
                      .thenComparing(Kind::treated)
                      .thenComparingDouble(Kind::margin)
                      .thenComparingDouble(Kind::cost))
              .toArray(Kind[]::new);
      numbers = Arrays.stream(kinds).mapToInt(kind -> counted.getOrDefault(kind, 0)).toArray();
      shares = Arrays.stream(kinds).mapToDouble(Kind::treatmentShare).distinct().sorted().toArray();
      n = accounts.size();
    }

    /**
     * The same of as many accounts drawn with replacement: kind by kind, of those that are left.
     */
    int[] drawn(SplittableRandom random) {
      int[] times = new int[kinds.length];
      int draws = n;
      int others = n;
      for (int kind = 0; kind < times.length && draws > 0; kind++) {
        times[kind] = Binomial.draw(draws, (double) numbers[kind] / others, random);
        draws -= times[kind];
        others -= numbers[kind];
      }
      return times;
    }

    /** Margin is NaN if no stratum has both arms. */
    Reckoning reckon(int[] times) {
      double[][] parties = new double[2][shares.length];
      double[][] margins = new double[2][shares.length];
      double costs = 0;
      for (int i = 0; i < times.length; i++) {
        Kind kind = kinds[i];
        int arm = kind.treated() ? 1 : 0;
        int stratum = Arrays.binarySearch(shares, kind.treatmentShare());
        parties[arm][stratum] += times[i];
        margins[arm][stratum] += times[i] * kind.margin();
        costs += kind.treated() ? times[i] * kind.cost() : 0;
      }
      double compared = 0;
      double difference = 0;
      double allTreated = 0;
      for (int s = 0; s < shares.length; s++) {
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
