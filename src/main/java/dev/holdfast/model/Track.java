package dev.holdfast.model;

import dev.holdfast.activity.SilentFeatures;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * An evaluator along one customer's silence: what the columns that stand still decide is worked out
 * once. Margins are those of the evaluator, bit for bit. Not thread-safe.
 *
 * <p>While the ends of a search close in, a track may leave out what is the same at both: each
 * column moves one way only, so it is the same in between.
 */
abstract class Track {

  private Track() {}

  /** The track of an evaluator of the current schema. */
  static Track of(Evaluator evaluator) {
    if (evaluator instanceof LinearEvaluator linear) {
      return new Line(linear);
    }
    if (evaluator instanceof BlendEvaluator blend) {
      return new Blend(blend);
    }
    BoosterEvaluator booster = (BoosterEvaluator) evaluator;
    PerfectTrees trees = booster.perfect();
    return trees == null ? new Walk(booster) : new Trees(trees);
  }

  /** Turns to a row of a customer of which the columns that stand still are written. */
  abstract void start(float[] row);

  /** The margin after the columns that move were written. */
  abstract double margin(float[] row);

  /** Forgets the ends of the search: the next row may be anywhere. */
  void open() {}

  /** The row evaluated last is now the lower end of the search. */
  void isLower() {}

  /** The row evaluated last is now the upper end of the search. */
  void isUpper() {}

  /**
   * Looks for the largest step that remains between the ends of the search.
   *
   * @return by how much the margin changes there, 0 if there is none or too many
   */
  double findStep() {
    return 0;
  }

  /** The column of the step found last. */
  int stepColumn() {
    return -1;
  }

  /** True if a value of that column is past the step found last. */
  boolean isPastStep(float value) {
    return true;
  }

  private static final class Line extends Track {

    private final LinearEvaluator linear;
    private final int[] moving = SilentFeatures.moving();
    private final double[] terms;

    Line(LinearEvaluator linear) {
      this.linear = linear;
      this.terms = new double[linear.columns()];
    }

    @Override
    void start(float[] row) {
      for (int i = 0; i < terms.length; i++) {
        terms[i] = linear.term(i, row[i]);
      }
    }

    @Override
    double margin(float[] row) {
      for (int i : moving) {
        terms[i] = linear.term(i, row[i]);
      }
      double sum = linear.bias();
      for (double term : terms) {
        sum += term;
      }
      return sum;
    }
  }

  private static final class Blend extends Track {

    private final BlendEvaluator blend;
    private final Track line;
    private final Track trees;

    Blend(BlendEvaluator blend) {
      this.blend = blend;
      this.line = of(blend.linear());
      this.trees = of(blend.booster());
    }

    @Override
    void start(float[] row) {
      line.start(row);
      trees.start(row);
    }

    @Override
    double margin(float[] row) {
      return blend.blend(line.margin(row), trees.margin(row));
    }

    @Override
    void open() {
      trees.open();
    }

    @Override
    void isLower() {
      trees.isLower();
    }

    @Override
    void isUpper() {
      trees.isUpper();
    }

    @Override
    double findStep() {
      return blend.blend(0, trees.findStep());
    }

    @Override
    int stepColumn() {
      return trees.stepColumn();
    }

    @Override
    boolean isPastStep(float value) {
      return trees.isPastStep(value);
    }
  }

  /** Trees too deep to be filled up. */
  private static final class Walk extends Track {

    private final BoosterEvaluator booster;

    Walk(BoosterEvaluator booster) {
      this.booster = booster;
    }

    @Override
    void start(float[] row) {}

    @Override
    double margin(float[] row) {
      return booster.margin(row);
    }
  }

  /** What of trees moves in silence and what stands still: the same for all customers. */
  static final class Parts {

    // Places of quantisers whose column moves, and of the others.
    private final int[] moving;
    private final int[] still;
    // Trees that ask about a column that moves, and the others.
    private final int[] movingTrees;
    private final int[] stillTrees;

    Parts(PerfectTrees trees) {
      boolean[] moves = new boolean[trees.quantisers.size()];
      int[] columns = SilentFeatures.moving();
      for (int i = 0; i < moves.length; i++) {
        moves[i] = Arrays.binarySearch(columns, trees.quantisers.get(i).column) >= 0;
      }
      this.moving = IntStream.range(0, moves.length).filter(i -> moves[i]).toArray();
      this.still = IntStream.range(0, moves.length).filter(i -> !moves[i]).toArray();
      this.movingTrees =
          IntStream.range(0, trees.trees).filter(tree -> trees.asks(tree, moves)).toArray();
      this.stillTrees =
          IntStream.range(0, trees.trees).filter(tree -> !trees.asks(tree, moves)).toArray();
    }
  }

  private static final class Trees extends Track {

    // With more trees open than this, the curve is better taken for smooth.
    private static final int MOST_STEPS = 16;

    private final PerfectTrees trees;
    private final int[] codes;
    private final int[] moving;
    private final int[] still;
    private final int[] movingTrees;
    private final int[] stillTrees;
    // Trees of which the leaf is not yet known to be the same throughout the search.
    private final int[] open;
    private int opened;
    private final float[] values;
    private final int[] here;
    private final int[] lower;
    private final int[] upper;
    private boolean hasLower;
    private boolean hasUpper;
    // The node of the step found last, and whether rows past it go right.
    private int step;
    private boolean rightIsPast;

    Trees(PerfectTrees trees) {
      this.trees = trees;
      this.codes = trees.codes();
      this.moving = trees.inSilence.moving;
      this.still = trees.inSilence.still;
      this.movingTrees = trees.inSilence.movingTrees;
      this.stillTrees = trees.inSilence.stillTrees;
      this.open = movingTrees.clone();
      this.opened = open.length;
      this.values = new float[trees.trees];
      this.here = new int[trees.trees];
      this.lower = new int[trees.trees];
      this.upper = new int[trees.trees];
    }

    @Override
    void start(float[] row) {
      for (int i : still) {
        trees.encode(i, row[trees.quantisers.get(i).column], codes);
      }
      for (int tree : stillTrees) {
        values[tree] = trees.leaves[trees.leaf(tree, codes)];
      }
      open();
    }

    @Override
    double margin(float[] row) {
      for (int i : moving) {
        trees.encode(i, row[trees.quantisers.get(i).column], codes);
      }
      for (int i = 0; i < opened; i++) {
        int tree = open[i];
        int leaf = trees.leaf(tree, codes);
        here[tree] = leaf;
        values[tree] = trees.leaves[leaf];
      }
      float sum = trees.base;
      for (float value : values) {
        sum += value;
      }
      return sum;
    }

    @Override
    void open() {
      System.arraycopy(movingTrees, 0, open, 0, movingTrees.length);
      opened = movingTrees.length;
      hasLower = false;
      hasUpper = false;
    }

    @Override
    void isLower() {
      hasLower = true;
      keep(lower);
    }

    @Override
    void isUpper() {
      hasUpper = true;
      keep(upper);
    }

    /** Closes the trees that end in the same leaf at both ends: so they do in between. */
    private void keep(int[] end) {
      int left = 0;
      boolean both = hasLower && hasUpper;
      for (int i = 0; i < opened; i++) {
        int tree = open[i];
        end[tree] = here[tree];
        if (!both || lower[tree] != upper[tree]) {
          open[left++] = tree;
        }
      }
      opened = left;
    }

    @Override
    double findStep() {
      if (!hasLower || !hasUpper || opened > MOST_STEPS) {
        return 0;
      }
      double largest = 0;
      for (int i = 0; i < opened; i++) {
        int tree = open[i];
        double size = Math.abs(trees.leaves[upper[tree]] - trees.leaves[lower[tree]]);
        if (size > largest) {
          largest = size;
          // The ways to the two leaves part at the node that their places have in common.
          int apart = Integer.SIZE - Integer.numberOfLeadingZeros(lower[tree] ^ upper[tree]);
          int end = (1 << trees.depth) + (upper[tree] & (1 << trees.depth) - 1);
          step = trees.nodes[(tree << trees.depth) + (end >> apart)];
          rightIsPast = (end >> (apart - 1) & 1) == 1;
        }
      }
      return largest;
    }

    @Override
    int stepColumn() {
      return trees.quantisers.get(step >>> 17).column;
    }

    @Override
    boolean isPastStep(float value) {
      boolean right = trees.quantisers.get(step >>> 17).code(value) > (step & 0xffff);
      return right == rightIsPast;
    }
  }
}
