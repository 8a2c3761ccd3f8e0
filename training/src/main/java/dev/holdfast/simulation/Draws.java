package dev.holdfast.simulation;

import java.util.List;

/**
 * Random quantities from one seed. Built on plain arithmetic and {@link StrictMath}, so that a seed
 * means the same draws on every machine.
 *
 * @see <a href="https://doi.org/10.1145/2714064.2660195">Steele, Lea and Flood (2014), SplitMix</a>
 */
final class Draws {

  /**
   * What a stream of draws is for. Each customer has one stream per purpose, so that a change to
   * one part of a life leaves the draws of every other part as they were.
   */
  enum Purpose {
    PROFILE,
    TRAITS,
    MOOD,
    LINE,
    LEAVING,
    USE,
    TOP_UP,
    CONTACT,
    DETAIL,
    NEWSLETTER,
    CALL,
    OUTAGE,
    TRANSIT,
    FUTURE
  }

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double TO_UNIT = 0x1p-53;

  private long state;

  Draws(long seed) {
    state = seed;
  }

  /** Draws of customer {@code index}: independent of every other customer's. */
  static Draws ofCustomer(long seed, int index, Purpose purpose) {
    return new Draws(keyOf(seed, index, purpose));
  }

  /**
   * Draws for one {@code occasion} in a customer's life: the same whatever else was drawn before.
   */
  static Draws ofOccasion(long seed, int index, Purpose purpose, long occasion) {
    return new Draws(mixed(keyOf(seed, index, purpose) ^ mixed(occasion + GOLDEN_GAMMA)));
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (next() >>> 11) * TO_UNIT;
  }

  /** Uniform in [{@code from}, {@code to}). */
  double between(double from, double to) {
    return from + (to - from) * uniform();
  }

  /** A whole number, uniform in [{@code from}, {@code to}], both included. */
  int wholeBetween(int from, int to) {
    return from + (int) (uniform() * (to - from + 1));
  }

  boolean chance(double probability) {
    return uniform() < probability;
  }

  <T> T oneOf(List<T> choices) {
    return choices.get((int) (uniform() * choices.size()));
  }

  /** Standard normal, by inversion. */
  double gaussian() {
    return Normal.quantile(((next() >>> 11) + 0.5) * TO_UNIT);
  }

  /** Exponential with the given mean. */
  double exponential(double mean) {
    return -mean * StrictMath.log(1 - uniform());
  }

  /** Erlang with the given shape and mean 1: the gap of a renewal process, more even as k grows. */
  double erlang(int shape) {
    double product = 1;
    for (int i = 0; i < shape; i++) {
      product *= 1 - uniform();
    }
    return -StrictMath.log(product) / shape;
  }

  private long next() {
    state += GOLDEN_GAMMA;
    return finished(state);
  }

  private static long keyOf(long seed, int index, Purpose purpose) {
    return mixed(mixed(seed) ^ mixed(((long) purpose.ordinal() << 32) + index + 1));
  }

  /** Neighbouring values give unrelated streams. */
  private static long mixed(long value) {
    return finished(value + GOLDEN_GAMMA);
  }

  private static long finished(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
