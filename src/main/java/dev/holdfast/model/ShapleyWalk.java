package dev.holdfast.model;

import java.util.Arrays;

/**
 * Exact Shapley values leaf by leaf, for trees of any depth: along the path to a leaf each distinct
 * feature has the share of the training set that would pass without knowing it, and 1 or 0 for the
 * row (Lundberg and others 2018, path dependent).
 */
final class ShapleyWalk {

  private final Forest forest;
  private final float[] row;
  private final double[] out;

  private ShapleyWalk(Forest forest, float[] row, double[] out) {
    this.forest = forest;
    this.row = row;
    this.out = out;
  }

  /** Adds what each feature of a row contributes, by column. */
  static void add(Forest forest, float[] row, double[] out) {
    ShapleyWalk walk = new ShapleyWalk(forest, row, out);
    for (int root : forest.roots) {
      walk.descend(root, Path.START);
    }
  }

  /**
   * The distinct features on the way to a node.
   *
   * @param columns of the features
   * @param unknown share of the training set that passes all splits by the feature
   * @param known bit i: the row passes all splits by the i-th feature
   */
  record Path(int[] columns, double[] unknown, long known) {

    static final Path START = new Path(new int[0], new double[0], 0);

    int length() {
      return columns.length;
    }

    int indexOf(int column) {
      for (int i = 0; i < columns.length; i++) {
        if (columns[i] == column) {
          return i;
        }
      }
      return -1;
    }

    /** The path after one more split. */
    Path then(int column, double share, boolean passes) {
      int at = indexOf(column);
      int length = at < 0 ? columns.length + 1 : columns.length;
      int[] longer = Arrays.copyOf(columns, length);
      double[] shares = Arrays.copyOf(unknown, length);
      long bit = 1L << (at < 0 ? length - 1 : at);
      if (at < 0) {
        longer[length - 1] = column;
        shares[length - 1] = share;
        return new Path(longer, shares, passes ? known | bit : known);
      }
      shares[at] *= share;
      return new Path(longer, shares, passes ? known : known & ~bit);
    }
  }

  private void descend(int node, Path path) {
    if (forest.isLeaf(node)) {
      shareOut(forest.split[node], path);
      return;
    }
    double share = forest.leftShare(node);
    boolean goesLeft = forest.goesLeft(node, row);
    int by = forest.feature[node];
    descend(forest.left[node], path.then(by, share, goesLeft));
    descend(forest.right[node], path.then(by, 1 - share, !goesLeft));
  }

  private void shareOut(double leaf, Path path) {
    double[] scratch = new double[path.length()];
    for (int i = 0; i < path.length(); i++) {
      double known = path.known() >>> i & 1;
      out[path.columns()[i]] +=
          leaf
              * (known - path.unknown()[i])
              * chance(path.unknown(), path.known(), path.length(), i, scratch);
    }
  }

  /**
   * The chance that the features of a path other than {@code i} let a row pass: the mean over all
   * coalitions of them, weighted by their size as Shapley values are.
   *
   * @param unknown by feature, its share of the training set
   * @param known bit j: the row passes by feature j
   * @param m features on the path, at most 64
   * @param bySize room for m numbers
   */
  static double chance(double[] unknown, long known, int m, int i, double[] bySize) {
    // bySize[k]: sum over coalitions of k known features of the chance to pass.
    bySize[0] = 1;
    int others = 0;
    for (int j = 0; j < m; j++) {
      if (j == i) {
        continue;
      }
      boolean passes = (known >>> j & 1) == 1;
      others++;
      bySize[others] = passes ? bySize[others - 1] : 0;
      for (int k = others - 1; k >= 1; k--) {
        bySize[k] = bySize[k] * unknown[j] + (passes ? bySize[k - 1] : 0);
      }
      bySize[0] *= unknown[j];
    }
    double sum = 0;
    // k! (m-1-k)! / m! for k = 0, 1, ...
    double weight = 1.0 / m;
    for (int k = 0; k < m; k++) {
      sum += weight * bySize[k];
      weight *= (k + 1.0) / Math.max(1, m - 1 - k);
    }
    return sum;
  }
}
