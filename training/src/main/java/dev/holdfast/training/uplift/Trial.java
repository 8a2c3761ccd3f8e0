package dev.holdfast.training.uplift;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Customers who were contacted or held out by lot, and what became of them: one row each.
 *
 * @param names of the features, 1 to 10: effects are small beside churn, and more features only
 *     find chance
 * @param features one row for each customer in the order of the names, finite
 * @param treated whether contacted
 * @param treatmentShare probability of being contacted, in (0, 1)
 * @param churned what became of them
 */
@SuppressWarnings("ArrayRecordComponent") // Columns; compared by nobody.
public record Trial(
    List<String> names,
    double[][] features,
    boolean[] treated,
    double[] treatmentShare,
    boolean[] churned) {

  /** More only find chance. */
  public static final int MOST_FEATURES = 10;

  public Trial {
    names = List.copyOf(names);
    if (names.isEmpty() || names.size() > MOST_FEATURES) {
      throw new IllegalArgumentException(
          "a model of effects takes 1 to " + MOST_FEATURES + " features, not " + names.size());
    }
    int n = features.length;
    if (treated.length != n || treatmentShare.length != n || churned.length != n) {
      throw new IllegalArgumentException("all columns need a value for each of " + n + " rows");
    }
    for (int i = 0; i < n; i++) {
      if (features[i].length != names.size()) {
        throw new IllegalArgumentException(
            "row " + i + " has " + features[i].length + " features, not " + names.size());
      }
      for (double value : features[i]) {
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException("row " + i + " has a feature without a value");
        }
      }
      if (!(treatmentShare[i] > 0 && treatmentShare[i] < 1)) {
        throw new IllegalArgumentException(
            "a treatment share must be in (0, 1), was " + treatmentShare[i]);
      }
    }
  }

  /** Number of customers. */
  public int size() {
    return features.length;
  }

  /** The rows that satisfy a condition. */
  Trial where(IntPredicate wanted) {
    int[] rows = IntStream.range(0, size()).filter(wanted).toArray();
    double[][] x = new double[rows.length][];
    boolean[] a = new boolean[rows.length];
    double[] e = new double[rows.length];
    boolean[] y = new boolean[rows.length];
    for (int k = 0; k < rows.length; k++) {
      x[k] = features[rows[k]];
      a[k] = treated[rows[k]];
      e[k] = treatmentShare[rows[k]];
      y[k] = churned[rows[k]];
    }
    return new Trial(names, x, a, e, y);
  }

  /** Customers of an arm. */
  int count(boolean ofTreatment) {
    int n = 0;
    for (boolean one : treated) {
      n += one == ofTreatment ? 1 : 0;
    }
    return n;
  }
}
