package dev.holdfast.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A forest whose trees are filled up to one depth, so that each way down has the same length and a
 * row walks without a branch that the processor could guess wrong. Values are compared as codes of
 * their {@link Quantiser}; margins are those of the forest, bit for bit.
 *
 * @see <a href="https://doi.org/10.1109/TKDE.2013.73">Asadi, Lin and de Vries (2014),
 *     predication</a>
 */
final class PerfectTrees {

  /** Trees deeper than this would take more memory filled up than the walk saves time. */
  static final int DEEPEST = 8;

  private static final int NEVER_RIGHT = 0xffff;

  final int depth;
  final int trees;
  final float base;
  final List<Quantiser> quantisers;

  /**
   * Per tree {@code 1 << depth} places, of which the first is not used: the children of node {@code
   * i} are {@code 2 i} and {@code 2 i + 1}. The upper half is the place in the codes, the lower the
   * place of the threshold, which filled-up nodes never reach.
   */
  final int[] nodes;

  /** Per tree {@code 1 << depth} values. */
  final float[] leaves;

  final Track.Parts inSilence;

  private PerfectTrees(Forest forest, int depth, List<Quantiser> quantisers) {
    this.depth = depth;
    this.trees = forest.roots.length;
    this.base = forest.base;
    this.quantisers = quantisers;
    this.nodes = new int[trees << depth];
    this.leaves = new float[trees << depth];
    Arrays.fill(nodes, NEVER_RIGHT);
    int[] placeOf = new int[forest.features];
    for (int i = 0; i < quantisers.size(); i++) {
      placeOf[quantisers.get(i).column] = i;
    }
    for (int tree = 0; tree < trees; tree++) {
      fill(forest, forest.roots[tree], placeOf, tree << depth, 1, 0);
    }
    this.inSilence = new Track.Parts(this);
  }

  /** The same trees filled up; empty if one is too deep or has too many thresholds for codes. */
  static Optional<PerfectTrees> of(Forest forest) {
    int depth = 0;
    for (int root : forest.roots) {
      depth = Math.max(depth, depth(forest, root));
    }
    List<Quantiser> quantisers = Quantiser.of(forest);
    boolean fits =
        depth <= DEEPEST
            && quantisers.size() < NEVER_RIGHT / 4
            && quantisers.stream().allMatch(one -> one.thresholds < NEVER_RIGHT);
    return fits ? Optional.of(new PerfectTrees(forest, depth, quantisers)) : Optional.empty();
  }

  private static int depth(Forest forest, int node) {
    return forest.isLeaf(node)
        ? 0
        : 1 + Math.max(depth(forest, forest.left[node]), depth(forest, forest.right[node]));
  }

  private void fill(Forest forest, int node, int[] placeOf, int tree, int at, int level) {
    if (forest.isLeaf(node)) {
      int below = depth - level;
      int first = tree + (at << below) - (1 << depth);
      Arrays.fill(leaves, first, first + (1 << below), forest.split[node]);
      return;
    }
    int quantiser = placeOf[forest.feature[node]];
    int place = 2 * quantiser + (forest.missingLeft[node] ? 0 : 1);
    nodes[tree + at] = place << 16 | quantisers.get(quantiser).indexOf(forest.split[node]);
    fill(forest, forest.left[node], placeOf, tree, 2 * at, level + 1);
    fill(forest, forest.right[node], placeOf, tree, 2 * at + 1, level + 1);
  }

  /** True if a tree asks about one of these quantisers. */
  boolean asks(int tree, boolean[] ofQuantisers) {
    for (int at = (tree << depth) + 1; at < (tree + 1) << depth; at++) {
      if (nodes[at] != NEVER_RIGHT && ofQuantisers[nodes[at] >>> 17]) {
        return true;
      }
    }
    return false;
  }

  /** Room for the codes of a row. */
  int[] codes() {
    return new int[Math.max(1, 2 * quantisers.size())];
  }

  /**
   * Writes the two codes of a value: the one that nodes read which send missing values left, then
   * the one for the right.
   *
   * @param quantiser its place in {@link #quantisers}
   */
  void encode(int quantiser, float x, int[] codes) {
    int code = quantisers.get(quantiser).code(x);
    int missing = -Quantiser.missing(x);
    codes[2 * quantiser] = code & ~missing;
    codes[2 * quantiser + 1] = code | (missing & NEVER_RIGHT);
  }

  /** The place in {@link #leaves} at which a row ends in a tree. */
  int leaf(int tree, int[] codes) {
    int first = tree << depth;
    int at = 1;
    for (int level = 0; level < depth; level++) {
      int node = nodes[first + at];
      at = 2 * at + (((node & NEVER_RIGHT) - codes[node >>> 16]) >>> 31);
    }
    return first + at - (1 << depth);
  }

  /** The margin of a row that starts at a place, as {@link Forest#margin}. */
  float margin(float[] rows, int start) {
    int[] codes = codes();
    for (int i = 0; i < quantisers.size(); i++) {
      encode(i, rows[start + quantisers.get(i).column], codes);
    }
    float sum = base;
    for (int tree = 0; tree < trees; tree++) {
      sum += leaves[leaf(tree, codes)];
    }
    return sum;
  }
}
