package dev.holdfast.evaluation;

import java.util.Arrays;

/** How far a distribution has moved from a reference. */
public final class Drift {

  // An empty group would make the index infinite; it counts as if one in ten thousand were in it.
  private static final double SMALLEST_SHARE = 1e-4;

  private Drift() {}

  /**
   * The inner borders of groups of equal size: for 10 groups the nine deciles. Groups of a value
   * that many share are empty.
   *
   * @param reference values in any order, none NaN
   * @param groups 2 or more
   * @return groups - 1 borders, rising or equal
   * @throws IllegalArgumentException if there is no value, one is NaN, or there are too few groups
   */
  public static double[] edges(double[] reference, int groups) {
    requireAny(reference);
    if (groups < 2) {
      throw new IllegalArgumentException("drift needs at least two groups, had " + groups);
    }
    double[] sorted = sorted(reference);
    double[] edges = new double[groups - 1];
    for (int g = 1; g < groups; g++) {
      edges[g - 1] = sorted[(int) ((long) (sorted.length - 1) * g / groups)];
    }
    return edges;
  }

  /**
   * Share of the values in each group; a value on a border belongs to the lower group.
   *
   * @param edges inner borders, rising or equal
   * @param values none NaN
   * @return one share more than there are borders, summing to 1
   * @throws IllegalArgumentException if there is no value or one is NaN
   */
  public static double[] shares(double[] edges, double[] values) {
    requireAny(values);
    double[] shares = new double[edges.length + 1];
    for (double value : values) {
      if (Double.isNaN(value)) {
        throw new IllegalArgumentException("NaN belongs to no group");
      }
      shares[group(edges, value)]++;
    }
    for (int g = 0; g < shares.length; g++) {
      shares[g] /= values.length;
    }
    return shares;
  }

  private static int group(double[] edges, double value) {
    int group = 0;
    while (group < edges.length && value > edges[group]) {
      group++;
    }
    return group;
  }

  /**
   * Population stability index: the sum over groups of (now - then) ln(now / then).
   *
   * @param then reference shares
   * @param now shares of the same groups
   * @return 0 or more; 0 is no change. By convention 0.1 is worth a look and 0.25 a deed; without
   *     change it is about (groups - 1)(1/n + 1/m) for samples of n and m
   * @throws IllegalArgumentException if the groups differ or the shares do not sum to 1
   */
  public static double psi(double[] then, double[] now) {
    if (then.length != now.length) {
      throw new IllegalArgumentException(
          "the index compares the same groups, had " + then.length + " and " + now.length);
    }
    requireShares(then);
    requireShares(now);
    double psi = 0;
    for (int g = 0; g < then.length; g++) {
      double before = Math.max(SMALLEST_SHARE, then[g]);
      double after = Math.max(SMALLEST_SHARE, now[g]);
      psi += (after - before) * Math.log(after / before);
    }
    return psi;
  }

  /**
   * Kolmogorov-Smirnov distance: the largest difference of the two distribution functions.
   *
   * @param then values in any order, none NaN
   * @param now the same
   * @return in [0, 1]; 0 for equal distributions, 1 for separated ones
   * @throws IllegalArgumentException if either is empty or has NaN
   */
  public static double ks(double[] then, double[] now) {
    requireAny(then);
    requireAny(now);
    double[] a = sorted(then);
    double[] b = sorted(now);
    double largest = 0;
    int i = 0;
    int j = 0;
    while (i < a.length && j < b.length) {
      double at = Math.min(a[i], b[j]);
      while (i < a.length && a[i] <= at) {
        i++;
      }
      while (j < b.length && b[j] <= at) {
        j++;
      }
      largest = Math.max(largest, Math.abs((double) i / a.length - (double) j / b.length));
    }
    return largest;
  }

  private static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    // NaN sorts to the end.
    if (Double.isNaN(sorted[sorted.length - 1])) {
      throw new IllegalArgumentException("NaN has no place in a distribution");
    }
    return sorted;
  }

  private static void requireAny(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("drift needs at least one value");
    }
  }

  private static void requireShares(double[] shares) {
    double sum = 0;
    boolean negative = false;
    for (double share : shares) {
      sum += share;
      negative |= !(share >= 0);
    }
    if (negative || Math.abs(sum - 1) > 1e-6) {
      throw new IllegalArgumentException(
          "shares must be 0 or more and sum to 1, were " + Arrays.toString(shares));
    }
  }
}
