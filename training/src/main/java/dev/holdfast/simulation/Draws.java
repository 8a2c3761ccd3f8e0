package dev.holdfast.simulation;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Random quantities from one seed. Built on {@link StrictMath}, so that a seed means the same draws
 * on every machine.
 */
final class Draws {

  private static final double TWO_PI = 2 * StrictMath.PI;

  private final SplittableRandom random;

  Draws(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Draws of customer {@code index}: independent of every other customer's. */
  static Draws ofCustomer(long seed, int index, int purpose) {
    return new Draws(mix(mix(seed) ^ mix(((long) purpose << 32) + index + 1)));
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return random.nextDouble();
  }

  /** Uniform in [{@code from}, {@code to}). */
  double between(double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  /** A whole number, uniform in [{@code from}, {@code to}], both included. */
  int wholeBetween(int from, int to) {
    return random.nextInt(from, to + 1);
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** Standard normal, by Box and Muller. */
  double gaussian() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(TWO_PI * random.nextDouble());
  }

  /** Exponential with the given mean. */
  double exponential(double mean) {
    return -mean * StrictMath.log(1 - random.nextDouble());
  }

  /** Erlang with the given shape and mean 1: the gap of a renewal process, more even as k grows. */
  double erlang(int shape) {
    double sum = 0;
    for (int i = 0; i < shape; i++) {
      sum += exponential(1.0 / shape);
    }
    return sum;
  }

  /** The finalizer of SplitMix64: neighbouring seeds give unrelated streams. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
