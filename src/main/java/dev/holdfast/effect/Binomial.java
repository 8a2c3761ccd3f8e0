package dev.holdfast.effect;

import java.util.SplittableRandom;

/** Draws from the binomial distribution, exactly and 64 trials at a time. */
final class Binomial {

  private static final int AT_ONCE = 64;

  private Binomial() {}

  /**
   * How many of n trials succeed. A trial succeeds if a random binary fraction lies below the
   * chance; the digits of 64 such fractions are drawn together, until each differs from the digit
   * of the chance.
   *
   * @param n 0 or more
   * @param chance of each, in [0, 1]; 0 never, 1 always
   */
  static int draw(int n, double chance, SplittableRandom random) {
    if (chance >= 1) {
      return n;
    }
    int successes = 0;
    for (int left = n; left > 0; left -= AT_ONCE) {
      long undecided = left >= AT_ONCE ? -1L : (1L << left) - 1;
      // Doubling is exact, so that each digit of the chance is.
      double rest = chance;
      while (undecided != 0 && rest > 0) {
        long digits = random.nextLong();
        rest *= 2;
        if (rest >= 1) {
          rest -= 1;
          successes += Long.bitCount(undecided & ~digits);
          undecided &= digits;
        } else {
          undecided &= ~digits;
        }
      }
    }
    return successes;
  }
}
