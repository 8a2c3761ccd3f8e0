package dev.holdfast.evaluation;

/** Puts numbers in order without boxing them: radix sort, linear in their count. */
final class Order {

  private static final int DIGIT_BITS = 11;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private Order() {}

  /**
   * Indices of the values from the smallest to the largest; equal values keep their order.
   *
   * @throws IllegalArgumentException if a value is NaN
   */
  static int[] ascending(double[] values) {
    int n = values.length;
    long[] keys = new long[n];
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      if (Double.isNaN(values[i])) {
        throw new IllegalArgumentException("value " + i + " is NaN and has no place in an order");
      }
      // Adding zero makes -0.0 and 0.0 one value; flipping bits makes signed order that of the
      // unsigned bits.
      long bits = Double.doubleToRawLongBits(values[i] + 0.0);
      keys[i] = bits ^ ((bits >> 63) | Long.MIN_VALUE);
      order[i] = i;
    }
    int[] next = new int[n];
    for (int shift = 0; shift < Long.SIZE; shift += DIGIT_BITS) {
      int[] start = new int[DIGITS + 1];
      for (long key : keys) {
        start[digit(key, shift) + 1]++;
      }
      if (n > 0 && start[digit(keys[0], shift) + 1] == n) {
        continue;
      }
      for (int d = 0; d < DIGITS; d++) {
        start[d + 1] += start[d];
      }
      for (int i : order) {
        next[start[digit(keys[i], shift)]++] = i;
      }
      int[] done = order;
      order = next;
      next = done;
    }
    return order;
  }

  private static int digit(long key, int shift) {
    return (int) (key >>> shift) & (DIGITS - 1);
  }
}
