package dev.holdfast.simulation;

/** Something a customer does again and again, in operational time: gaps are Erlang with mean 1. */
final class Renewal {

  private final int shape;
  private final Draws draws;
  private double until;

  Renewal(int shape, Draws draws) {
    this.shape = shape;
    this.draws = draws;
    until = draws.erlang(shape) * draws.uniform();
  }

  /** Operational time until the next occurrence. */
  double until() {
    return until;
  }

  /** Lets the next occurrence happen, and waits for the one after it. */
  void occur() {
    until += draws.erlang(shape);
  }

  /** Lets operational time pass, less than {@link #until}. */
  void pass(double time) {
    until -= time;
  }

  /**
   * Logarithm of the probability that a gap of this shape is longer than {@code age}.
   *
   * @param shape 1, 2, 4, ...
   * @param age operational time since the last occurrence, at least 0
   * @return at most 0; 0 at age 0
   */
  static double logSurvival(int shape, double age) {
    double x = shape * age;
    double term = 1;
    double sum = 1;
    for (int i = 1; i < shape; i++) {
      term *= x / i;
      sum += term;
    }
    return shape == 1 ? -x : StrictMath.log(sum) - x;
  }

  /**
   * Logarithm of the density of gaps of this shape.
   *
   * @param shape 1, 2, 4, ...
   * @param gap operational time, positive
   */
  static double logDensity(int shape, double gap) {
    double log = StrictMath.log(shape) - shape * gap;
    for (int i = 1; i < shape; i++) {
      log += StrictMath.log(shape * gap / i);
    }
    return log;
  }
}
