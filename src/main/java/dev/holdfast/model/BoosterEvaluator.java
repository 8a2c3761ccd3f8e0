package dev.holdfast.model;

import dev.holdfast.activity.FeatureSchema;
import java.lang.ref.SoftReference;
import java.util.Optional;

/**
 * Gradient-boosted trees. Adds the leaves in tree order in single precision, as XGBoost does, so
 * that margins are equal bit for bit.
 */
final class BoosterEvaluator implements Evaluator {

  private final Forest forest;
  private final double expected;
  // Built at the first question, because most models that are loaded are never asked why; given
  // back when memory is short, because a model once loaded stays.
  private volatile SoftReference<Optional<ShapleyTables>> tables = new SoftReference<>(null);

  private BoosterEvaluator(Forest forest) {
    this.forest = forest;
    this.expected = forest.expected();
  }

  /**
   * Reads a booster.
   *
   * @throws BadModel as {@link Forest#read}
   */
  static BoosterEvaluator read(byte[] json, FeatureSchema schema) {
    return new BoosterEvaluator(Forest.read(json, schema));
  }

  @Override
  public double margin(float[] features) {
    float sum = forest.base;
    for (int root : forest.roots) {
      int node = root;
      while (!forest.isLeaf(node)) {
        node = forest.goesLeft(node, features) ? forest.left[node] : forest.right[node];
      }
      sum += forest.split[node];
    }
    return sum;
  }

  /**
   * Exact Shapley values under the trees' own distribution (Lundberg and others 2018, path
   * dependent).
   */
  @Override
  public double[] contributions(float[] features) {
    double[] out = new double[forest.features + 1];
    Optional<ShapleyTables> fast = tables();
    if (fast.isPresent()) {
      fast.get().add(features, out);
    } else {
      ShapleyWalk.add(forest, features, out);
    }
    out[forest.features] = expected;
    return out;
  }

  private Optional<ShapleyTables> tables() {
    Optional<ShapleyTables> known = tables.get();
    if (known == null) {
      synchronized (this) {
        known = tables.get();
        if (known == null) {
          known = ShapleyTables.of(forest);
          tables = new SoftReference<>(known);
        }
      }
    }
    return known;
  }
}
