package dev.holdfast.model;

import java.util.Arrays;
import java.util.List;

/**
 * Evaluates a forest for 64 rows at once, each row a bit of a long. A plane holds for each row
 * whether it goes right at one threshold; the ways through a tree are then choices between planes,
 * the same for all rows, which end in the bits of each row's leaf.
 *
 * <p>Margins are those of the forest, bit for bit. Has scratch memory of its own: one per thread.
 *
 * @see <a
 *     href="https://www.kdd.org/kdd2018/accepted-papers/view/rapidscorer-fast-tree-ensemble-evaluation-by-maximizing-compactness-in-data">Ye
 *     and others (2018), who also share equal thresholds and keep rows in bits</a>
 */
final class SlicedTrees {

  private static final int ROWS = 64;
  private static final int BYTES = ROWS / 8;

  /** Bit {@code i} of a byte, at bit 0 of byte {@code i}. */
  private static final long[] SPREAD = new long[256];

  static {
    for (int b = 0; b < SPREAD.length; b++) {
      for (int i = 0; i < 8; i++) {
        SPREAD[b] |= (long) (b >> i & 1) << (8 * i);
      }
    }
  }

  private final PerfectTrees trees;
  // Where each node's plane is; those filled up have plane 0, in which no row goes right.
  private final int[] planeOf;
  // Per feature, where its planes begin: one for each code, then one for the missing values.
  private final int[] first;
  // Which code stands for missing values.
  private final int[] missingCode;
  // Copies of planes with the missing values sent right: from where, with which, to from `copies`.
  private final int[] copied;
  private final int[] missingPlane;
  private final int copies;

  private final long[] planes;
  private final long[] leafBits = new long[PerfectTrees.DEEPEST];
  private final long[] below = new long[8 * PerfectTrees.DEEPEST];
  private final long[] lower = new long[8 * PerfectTrees.DEEPEST];
  private final long[] leafBytes;

  SlicedTrees(PerfectTrees trees) {
    this.trees = trees;
    List<Quantiser> quantisers = trees.quantisers;
    boolean[][] asked = new boolean[2 * quantisers.size()][];
    for (int i = 0; i < asked.length; i++) {
      asked[i] = new boolean[quantisers.get(i / 2).thresholds];
    }
    for (int node : trees.nodes) {
      if ((node & 0xffff) != 0xffff) {
        asked[node >>> 16][node & 0xffff] = true;
      }
    }
    this.first = new int[quantisers.size()];
    this.missingCode = new int[quantisers.size()];
    int size = 1;
    for (int i = 0; i < first.length; i++) {
      int thresholds = quantisers.get(i).thresholds;
      first[i] = size;
      // Where all nodes agree on missing values, these are like the lowest or the highest value.
      missingCode[i] = any(asked[2 * i]) ? any(asked[2 * i + 1]) ? thresholds + 1 : 0 : thresholds;
      size += thresholds + 2;
    }
    this.copies = size;
    int[][] copyOf = new int[quantisers.size()][];
    int[] from = new int[trees.nodes.length];
    int[] with = new int[trees.nodes.length];
    int n = 0;
    for (int i = 0; i < first.length; i++) {
      copyOf[i] = new int[asked[2 * i].length];
      for (int j = 0; j < copyOf[i].length; j++) {
        copyOf[i][j] = first[i] + j + 1;
        if (asked[2 * i + 1][j] && missingCode[i] == copyOf[i].length + 1) {
          from[n] = copyOf[i][j];
          with[n] = first[i] + missingCode[i];
          copyOf[i][j] = copies + n++;
        }
      }
    }
    this.copied = Arrays.copyOf(from, n);
    this.missingPlane = Arrays.copyOf(with, n);
    this.planes = new long[copies + n];
    this.planeOf = new int[trees.nodes.length];
    for (int at = 0; at < planeOf.length; at++) {
      int node = trees.nodes[at];
      if ((node & 0xffff) != 0xffff) {
        int place = node >>> 16;
        int j = node & 0xffff;
        planeOf[at] = place % 2 == 1 ? copyOf[place / 2][j] : first[place / 2] + j + 1;
      }
    }
    this.leafBytes = new long[trees.trees * BYTES];
  }

  private static boolean any(boolean[] asked) {
    for (boolean one : asked) {
      if (one) {
        return true;
      }
    }
    return false;
  }

  /**
   * Margins of rows.
   *
   * @param rows one after another
   * @param columns of a row
   * @param margins whose first {@code count} places are written
   */
  void margins(float[] rows, int columns, int count, double[] margins) {
    for (int from = 0; from < count; from += ROWS) {
      int block = Math.min(ROWS, count - from);
      slice(rows, from * columns, columns, block);
      for (int tree = 0; tree < trees.trees; tree++) {
        descend(tree);
      }
      for (int group = 0; 8 * group < block; group++) {
        add(group, margins, from + 8 * group, Math.min(8, block - 8 * group));
      }
    }
  }

  private void slice(float[] rows, int start, int columns, int block) {
    Arrays.fill(planes, 0);
    for (int i = 0; i < first.length; i++) {
      Quantiser quantiser = trees.quantisers.get(i);
      int base = first[i];
      int ofMissing = missingCode[i];
      int at = start + quantiser.column;
      for (int row = 0; row < block; row++) {
        float x = rows[at];
        int code = quantiser.code(x);
        int plane = base + (code ^ ((code ^ ofMissing) & -Quantiser.missing(x)));
        planes[plane] |= 1L << row;
        at += columns;
      }
      // A row of a higher code goes right at all thresholds below it.
      long reached = 0;
      for (int plane = base + quantiser.thresholds; plane > base; plane--) {
        reached |= planes[plane];
        planes[plane] = reached;
      }
    }
    for (int i = 0; i < copied.length; i++) {
      planes[copies + i] = planes[copied[i]] | planes[missingPlane[i]];
    }
  }

  /** Finds the leaf of each row in one tree and writes it as a byte a row. */
  private void descend(int tree) {
    int start = tree << trees.depth;
    if (trees.depth > 6) {
      deep(start);
    } else {
      choose(start, 1, trees.depth, leafBits, 0);
    }
    int out = tree * BYTES;
    for (int group = 0; group < BYTES; group++) {
      long bytes = 0;
      for (int level = 0; level < trees.depth; level++) {
        bytes = bytes << 1 | SPREAD[(int) (leafBits[level] >>> (8 * group)) & 255];
      }
      leafBytes[out + group] = bytes;
    }
  }

  /** Writes one plane per level below a node: which way the rows go that come there. */
  private void choose(int start, int node, int levels, long[] out, int at) {
    if (levels == 0) {
      return;
    }
    long top = plane(start, node);
    out[at] = top;
    if (levels == 1) {
      return;
    }
    long left = plane(start, 2 * node);
    long right = plane(start, 2 * node + 1);
    long second = either(left, right, top);
    out[at + 1] = second;
    if (levels == 2) {
      return;
    }
    long third =
        either(
            either(plane(start, 4 * node), plane(start, 4 * node + 1), left),
            either(plane(start, 4 * node + 2), plane(start, 4 * node + 3), right),
            top);
    out[at + 2] = third;
    int rest = levels - 3;
    if (rest == 0) {
      return;
    }
    for (int i = 0; i < 8; i++) {
      int child = 8 * node + i;
      long ofChild = plane(start, child);
      below[i] = ofChild;
      if (rest > 1) {
        long l = plane(start, 2 * child);
        long r = plane(start, 2 * child + 1);
        below[8 + i] = either(l, r, ofChild);
        if (rest > 2) {
          below[16 + i] =
              either(
                  either(plane(start, 4 * child), plane(start, 4 * child + 1), l),
                  either(plane(start, 4 * child + 2), plane(start, 4 * child + 3), r),
                  ofChild);
        }
      }
    }
    for (int level = 0; level < rest; level++) {
      out[at + 3 + level] = oneOfEight(below, 8 * level, top, second, third);
    }
  }

  /** As {@link #choose} for trees of more than six levels. */
  private void deep(int start) {
    choose(start, 1, 3, leafBits, 0);
    int rest = trees.depth - 3;
    for (int i = 0; i < 8; i++) {
      choose(start, 8 + i, rest, lower, PerfectTrees.DEEPEST * i);
    }
    for (int level = 0; level < rest; level++) {
      for (int i = 0; i < 8; i++) {
        below[i] = lower[PerfectTrees.DEEPEST * i + level];
      }
      leafBits[3 + level] = oneOfEight(below, 0, leafBits[0], leafBits[1], leafBits[2]);
    }
  }

  private long plane(int start, int node) {
    return planes[planeOf[start + node]];
  }

  /** Of each row the second's bit where the choice is 1, else the first's. */
  private static long either(long zero, long one, long choice) {
    return zero ^ ((zero ^ one) & choice);
  }

  private static long oneOfEight(long[] of, int at, long top, long second, long third) {
    return either(
        either(either(of[at], of[at + 1], third), either(of[at + 2], of[at + 3], third), second),
        either(
            either(of[at + 4], of[at + 5], third), either(of[at + 6], of[at + 7], third), second),
        top);
  }

  /** Adds the leaves of eight rows in the order of the trees. */
  private void add(int group, double[] margins, int at, int count) {
    float[] leaves = trees.leaves;
    float s0 = trees.base;
    float s1 = s0;
    float s2 = s0;
    float s3 = s0;
    float s4 = s0;
    float s5 = s0;
    float s6 = s0;
    float s7 = s0;
    int depth = trees.depth;
    for (int tree = 0; tree < trees.trees; tree++) {
      long bytes = leafBytes[tree * BYTES + group];
      int start = tree << depth;
      int low = (int) bytes;
      int high = (int) (bytes >>> 32);
      s0 += leaves[start + (low & 255)];
      s1 += leaves[start + (low >>> 8 & 255)];
      s2 += leaves[start + (low >>> 16 & 255)];
      s3 += leaves[start + (low >>> 24)];
      s4 += leaves[start + (high & 255)];
      s5 += leaves[start + (high >>> 8 & 255)];
      s6 += leaves[start + (high >>> 16 & 255)];
      s7 += leaves[start + (high >>> 24)];
    }
    float[] sums = {s0, s1, s2, s3, s4, s5, s6, s7};
    for (int i = 0; i < count; i++) {
      margins[at + i] = sums[i];
    }
  }
}
