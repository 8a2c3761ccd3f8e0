package dev.holdfast.model;

import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Turns the values of one feature into codes: how many of a forest's thresholds on it are at or
 * below the value, from 0 to their number. A row goes right at the {@code j}-th threshold, counted
 * from 0, exactly if its code is above {@code j}: codes decide as the values do, infinities and
 * both zeros included. Missing values have no code; the caller looks for them.
 *
 * <p>Where a grid of equal cells has at most two thresholds in each, a code costs two comparisons
 * and no branch; elsewhere it is found by binary search.
 */
final class Quantiser {

  private static final int FINEST_GRID = 2_048;
  private static final int CELL_HOLDS = 2;

  /** The column of the feature. */
  final int column;

  /** How many thresholds there are, at least 1. */
  final int thresholds;

  // Thresholds as ordered integers, ascending, then the greatest for searches that look beyond.
  private final int[] keys;
  private final int lowest;
  private final int highest;
  private final float origin;
  private final float cellsPerUnit;
  // How many thresholds lie before a cell; empty where no grid fits.
  private final char[] before;
  private final int firstStep;

  private Quantiser(int column, int[] sorted) {
    this.column = column;
    this.thresholds = sorted.length;
    this.firstStep = Integer.highestOneBit(sorted.length);
    this.keys = Arrays.copyOf(sorted, 2 * firstStep + CELL_HOLDS);
    Arrays.fill(keys, sorted.length, keys.length, Integer.MAX_VALUE);
    // A value beyond the thresholds gets the code of one just outside, and a place on the grid.
    this.lowest = sorted[0] - 1;
    this.highest = sorted[sorted.length - 1];
    this.origin = value(lowest);
    int cells = 1;
    char[] grid = grid(0);
    while (grid.length == 0 && cells < FINEST_GRID) {
      cells *= 2;
      grid = grid(scale(cells));
    }
    this.before = grid;
    this.cellsPerUnit = cells == 1 ? 0 : scale(cells);
  }

  /** Quantisers of the features that a forest asks about, by column. */
  static List<Quantiser> of(Forest forest) {
    TreeMap<Integer, TreeSet<Integer>> keys = new TreeMap<>();
    for (int node = 0; node < forest.left.length; node++) {
      if (!forest.isLeaf(node)) {
        keys.computeIfAbsent(forest.feature[node], column -> new TreeSet<>())
            .add(key(forest.split[node]));
      }
    }
    return keys.entrySet().stream()
        .map(
            entry ->
                new Quantiser(
                    entry.getKey(), entry.getValue().stream().mapToInt(key -> key).toArray()))
        .toList();
  }

  /** The order of floats as integers, the two zeros alike. */
  private static int key(float x) {
    int bits = Float.floatToRawIntBits(x + 0.0f);
    return bits ^ (bits >> 31 & 0x7fff_ffff);
  }

  private static float value(int key) {
    return Float.intBitsToFloat(key ^ (key >> 31 & 0x7fff_ffff));
  }

  private float scale(int cells) {
    return (cells - 1) / (value(highest) - origin);
  }

  /** Thresholds before each cell, or nothing if a cell has too many or cannot be computed. */
  private char[] grid(float scale) {
    float last = (value(highest) - origin) * scale;
    if (!(last < 2 * FINEST_GRID)) {
      return new char[0];
    }
    char[] grid = new char[(int) last + 1];
    int passed = 0;
    for (int cell = 0; cell < grid.length; cell++) {
      grid[cell] = (char) passed;
      int first = passed;
      while (passed < thresholds && cell(keys[passed], scale) <= cell) {
        passed++;
      }
      if (passed - first > CELL_HOLDS) {
        return new char[0];
      }
    }
    return grid;
  }

  private int cell(int key, float scale) {
    return (int) ((value(key) - origin) * scale);
  }

  /** The place of a threshold among the thresholds, from 0. */
  int indexOf(float threshold) {
    return Arrays.binarySearch(keys, 0, thresholds, key(threshold));
  }

  /** 1 if the value is missing, else 0. */
  static int missing(float x) {
    return (0x7f80_0000 - (Float.floatToRawIntBits(x) & 0x7fff_ffff)) >>> 31;
  }

  /** The code of a value; that of a missing one says nothing but is in range. */
  int code(float x) {
    int key = Math.min(highest, Math.max(lowest, key(x)));
    if (before.length > 0) {
      // Rounding keeps the order, so a threshold in an earlier cell is below the value.
      int passed = before[cell(key, cellsPerUnit)];
      return passed + reaches(key, keys[passed]) + reaches(key, keys[passed + 1]);
    }
    int passed = 0;
    for (int step = firstStep; step > 0; step >>= 1) {
      passed += step & -reaches(key, keys[passed + step - 1]);
    }
    return passed;
  }

  /** 1 if a key is at or above another, else 0, without a branch to be guessed wrong. */
  private static int reaches(int key, int other) {
    return (int) ((other - 1L - key) >>> 63);
  }
}
