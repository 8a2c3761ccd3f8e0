package dev.holdfast.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws of customers with replacement, as how often each was drawn. */
final class Resampling {

  static final int FEWEST_ROUNDS = 40;
  private static final double TAIL = 0.025;
  private static final double DEFINED = 0.9;

  private final int customers;
  private final int rounds;
  private final SplittableRandom random;

  Resampling(int customers, int rounds, long seed) {
    if (rounds < FEWEST_ROUNDS) {
      throw new IllegalArgumentException(
          "a bootstrap needs at least " + FEWEST_ROUNDS + " rounds, had " + rounds);
    }
    this.customers = customers;
    this.rounds = rounds;
    this.random = new SplittableRandom(seed);
  }

  /** What is measured on a draw. */
  interface Measure {
    /**
     * Measures.
     *
     * @param times how often each customer was drawn
     * @throws IllegalArgumentException if it is not defined on this draw
     */
    double[] of(int[] times);
  }

  /**
   * The draws' measures, each column sorted. A draw on which the measure is not defined is left
   * out.
   *
   * @throws IllegalArgumentException if the measure is not defined on nine in ten draws
   */
  double[][] measures(int columns, Measure measure) {
    double[][] drawn = new double[columns][rounds];
    int defined = 0;
    for (int round = 0; round < rounds; round++) {
      int[] times = new int[customers];
      for (int i = 0; i < customers; i++) {
        times[random.nextInt(customers)]++;
      }
      try {
        double[] values = measure.of(times);
        for (int c = 0; c < columns; c++) {
          drawn[c][defined] = values[c];
        }
        defined++;
      } catch (IllegalArgumentException undefined) {
        // Too few predictions can make a draw one-sided; counted below.
      }
    }
    if (defined < DEFINED * rounds) {
      throw new IllegalArgumentException(
          "the measure is defined on "
              + defined
              + " of "
              + rounds
              + " draws only; more predictions are needed");
    }
    for (int c = 0; c < columns; c++) {
      drawn[c] = Arrays.copyOf(drawn[c], defined);
      Arrays.sort(drawn[c]);
    }
    return drawn;
  }

  /** The middle 95 percent of sorted draws around the value on the predictions as they are. */
  static Interval interval(double value, double[] sorted) {
    int last = sorted.length - 1;
    return new Interval(
        value, sorted[(int) Math.floor(TAIL * last)], sorted[(int) Math.ceil((1 - TAIL) * last)]);
  }
}
