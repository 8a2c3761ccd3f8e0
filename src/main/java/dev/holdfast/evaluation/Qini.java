package dev.holdfast.evaluation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How well a ranking puts those first whom a contact keeps, measured on customers who were
 * contacted or held out by lot.
 *
 * <p>From the highest score down, {@code Q(k) = Yt(k) - Yc(k) Nt(k) / Nc(k)}: those who stayed
 * among the k first that were treated, less as many as would have stayed anyway by the k first that
 * were held out. The measure is the area between Q and the straight line from nobody to everybody,
 * over all treated customers: 0 for a ranking that tells nothing, below 0 for one that puts the
 * wrong ones first. Equal scores count as in random order among themselves. Definitions differ
 * between libraries; compare numbers of this one only.
 *
 * @see <a href="https://www.stochasticsolutions.com/pdf/sig-based-up-trees.pdf">Radcliffe (2007)
 *     and Radcliffe and Surry (2011)</a>
 */
public final class Qini {

  private final boolean[] treated;
  private final boolean[] stayed;

  /**
   * On these customers, one row each.
   *
   * @param treated whether contacted; both kinds are needed
   * @param stayed whether kept, contacted or not
   * @throws IllegalArgumentException if the lengths differ or an arm is empty
   */
  public Qini(boolean[] treated, boolean[] stayed) {
    if (treated.length != stayed.length) {
      throw new IllegalArgumentException(
          "an outcome for each customer: " + treated.length + " and " + stayed.length);
    }
    this.treated = treated.clone();
    this.stayed = stayed.clone();
    int contacted = 0;
    for (boolean one : treated) {
      contacted += one ? 1 : 0;
    }
    if (contacted == 0 || contacted == treated.length) {
      throw new IllegalArgumentException(
          "a ranking by effect needs customers of both arms, had "
              + contacted
              + " treated of "
              + treated.length);
    }
  }

  /**
   * The measure.
   *
   * @param score one for each customer, the higher the sooner contacted
   * @return customers saved per treated customer, as an area; 0 tells nothing
   */
  public double of(double[] score) {
    int[] once = new int[treated.length];
    Arrays.fill(once, 1);
    return area(ranked(score), once);
  }

  /**
   * The measure with its 95 percent interval, by a percentile bootstrap over customers.
   *
   * @param rounds draws, 40 or more
   */
  public Interval interval(double[] score, int rounds, long seed) {
    return intervals(List.of(score), rounds, seed).get(0);
  }

  /** The measures of several rankings, on the same draws. */
  public List<Interval> intervals(List<double[]> scores, int rounds, long seed) {
    List<Ranked> ranked = scores.stream().map(this::ranked).toList();
    double[][] draws =
        new Resampling(treated.length, rounds, seed)
            .measures(
                ranked.size(),
                times -> ranked.stream().mapToDouble(one -> area(one, times)).toArray());
    List<Interval> intervals = new ArrayList<>();
    for (int i = 0; i < ranked.size(); i++) {
      intervals.add(Resampling.interval(of(scores.get(i)), draws[i]));
    }
    return intervals;
  }

  /** By how much the first ranking is better than the second, on the same draws. */
  public Interval difference(double[] first, double[] second, int rounds, long seed) {
    Ranked a = ranked(first);
    Ranked b = ranked(second);
    double[][] draws =
        new Resampling(treated.length, rounds, seed)
            .measures(1, times -> new double[] {area(a, times) - area(b, times)});
    return Resampling.interval(of(first) - of(second), draws[0]);
  }

  /**
   * What contacting a share of the customers would save.
   *
   * @param score as in {@link #of}
   * @param share of the customers from the highest score down, in (0, 1]
   * @return churn rate of the held out less that of the treated among them, in [-1, 1]
   * @throws IllegalArgumentException if there is nobody of an arm among them
   */
  public double effectWithin(double[] score, double share) {
    Ranked ranked = ranked(score);
    int last = (int) Math.ceil(share * treated.length);
    double[] n = new double[2];
    double[] kept = new double[2];
    for (int k = 0; k < last; k++) {
      int i = ranked.order[k];
      n[treated[i] ? 1 : 0]++;
      kept[treated[i] ? 1 : 0] += stayed[i] ? 1 : 0;
    }
    if (n[0] == 0 || n[1] == 0) {
      throw new IllegalArgumentException(
          "of the first " + last + " customers " + (int) n[1] + " are treated; both arms needed");
    }
    return kept[1] / n[1] - kept[0] / n[0];
  }

  /** Customers from the highest score down, and where a run of equal scores ends. */
  private record Ranked(int[] order, boolean[] ends) {}

  private Ranked ranked(double[] score) {
    int n = treated.length;
    if (score.length != n) {
      throw new IllegalArgumentException("a score for each of " + n + ", not " + score.length);
    }
    int[] ascending = Order.ascending(score);
    int[] order = new int[n];
    boolean[] ends = new boolean[n];
    for (int k = 0; k < n; k++) {
      order[k] = ascending[n - 1 - k];
    }
    for (int k = 0; k < n; k++) {
      ends[k] = k == n - 1 || score[order[k]] != score[order[k + 1]];
    }
    return new Ranked(order, ends);
  }

  private double area(Ranked ranked, int[] times) {
    double nt = 0;
    double nc = 0;
    double yt = 0;
    double yc = 0;
    double all = 0;
    for (int count : times) {
      all += count;
    }
    double seen = 0;
    double before = 0;
    double seenBefore = 0;
    double area = 0;
    for (int k = 0; k < ranked.order.length; k++) {
      int i = ranked.order[k];
      int weight = times[i];
      seen += weight;
      if (treated[i]) {
        nt += weight;
        yt += stayed[i] ? weight : 0;
      } else {
        nc += weight;
        yc += stayed[i] ? weight : 0;
      }
      if (ranked.ends[k]) {
        double q = nc > 0 ? yt - yc * nt / nc : 0;
        area += (seen - seenBefore) * (q + before) / 2;
        before = q;
        seenBefore = seen;
      }
    }
    if (nt == 0 || nc == 0) {
      throw new IllegalArgumentException("a draw without one of the arms");
    }
    return (area / all - before / 2) / nt;
  }
}
