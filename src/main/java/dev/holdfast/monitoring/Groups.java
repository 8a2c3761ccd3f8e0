package dev.holdfast.monitoring;

import dev.holdfast.evaluation.Drift;

/**
 * Ten groups of a quantity's values and the share of the reference in each.
 *
 * @param edges nine inner borders, rising or equal; a value on a border belongs to the lower group
 * @param shares ten shares that sum to 1
 */
record Groups(double[] edges, double[] shares) {

  static final int COUNT = 10;

  Groups {
    if (edges.length != COUNT - 1 || shares.length != COUNT) {
      throw new IllegalArgumentException(
          "a reference has "
              + (COUNT - 1)
              + " borders and "
              + COUNT
              + " shares, had "
              + edges.length
              + " and "
              + shares.length);
    }
  }

  /** The deciles of these values, at least one and none NaN. */
  static Groups of(double[] values) {
    double[] edges = Drift.edges(values, COUNT);
    return new Groups(edges, Drift.shares(edges, values));
  }

  /** The group of a value, 0 to 9. */
  int of(double value) {
    int group = 0;
    while (group < edges.length && value > edges[group]) {
      group++;
    }
    return group;
  }

  /** Population stability index of these counts against the reference. */
  double psi(long[] counts) {
    return Drift.psi(shares, sharesOf(counts));
  }

  /** Largest difference of the two distribution functions at the borders, in [0, 1]. */
  double ks(long[] counts) {
    double[] now = sharesOf(counts);
    double difference = 0;
    double largest = 0;
    for (int g = 0; g < COUNT; g++) {
      difference += now[g] - shares[g];
      largest = Math.max(largest, Math.abs(difference));
    }
    return largest;
  }

  private static double[] sharesOf(long[] counts) {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    if (all == 0) {
      throw new IllegalArgumentException("drift needs at least one count");
    }
    double[] shares = new double[counts.length];
    for (int g = 0; g < counts.length; g++) {
      shares[g] = (double) counts[g] / all;
    }
    return shares;
  }
}
