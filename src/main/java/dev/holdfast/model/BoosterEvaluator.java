package dev.holdfast.model;

import dev.holdfast.activity.FeatureSchema;
import java.lang.ref.SoftReference;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gradient-boosted trees. Adds the leaves in tree order in single precision, as XGBoost does, so
 * that margins are equal bit for bit.
 */
final class BoosterEvaluator implements Evaluator {

  // Sixty-four rows at once cost about as much as this many one by one.
  private static final int WORTH_SLICING = 16;

  private final Forest forest;
  private final @Nullable PerfectTrees perfect;
  private final ThreadLocal<SlicedTrees> sliced;
  private final double expected;
  // Built at the first question, because most models that are loaded are never asked why; given
  // back when memory is short, because a model once loaded stays.
  private volatile SoftReference<Optional<ShapleyTables>> tables = new SoftReference<>(null);

  BoosterEvaluator(Forest forest) {
    this.forest = forest;
    PerfectTrees trees = PerfectTrees.of(forest).orElse(null);
    this.perfect = trees;
    this.sliced = ThreadLocal.withInitial(() -> new SlicedTrees(Objects.requireNonNull(trees)));
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
    return perfect == null ? forest.margin(features, 0) : perfect.margin(features, 0);
  }

  @Override
  public void margins(float[] rows, int count, double[] margins) {
    RowBlock.requireRoom(rows, forest.features, count, margins);
    if (count >= WORTH_SLICING && perfect != null) {
      sliced.get().margins(rows, forest.features, count, margins);
      return;
    }
    for (int i = 0; i < count; i++) {
      int start = i * forest.features;
      margins[i] = perfect == null ? forest.margin(rows, start) : perfect.margin(rows, start);
    }
  }

  Forest forest() {
    return forest;
  }

  /** The trees filled up to one depth, null where they are too deep for it. */
  @Nullable PerfectTrees perfect() {
    return perfect;
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
