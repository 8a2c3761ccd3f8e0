package dev.holdfast.effect;

/** The standard normal distribution. */
final class Normal {

  /** Two-sided 95 percent. */
  static final double Z95 = 1.959964;

  /** One-sided 80 percent: the power that plans ask for. */
  static final double Z80 = 0.841621;

  private static final double[] NUMERATOR = {
    3.52624965998911e-2,
    0.700383064443688,
    6.37396220353165,
    33.912866078383,
    112.079291497871,
    221.213596169931,
    220.206867912376
  };
  private static final double[] DENOMINATOR = {
    8.83883476483184e-2,
    1.75566716318264,
    16.064177579207,
    86.7807322029461,
    296.564248779674,
    637.333633378831,
    793.826512519948,
    440.413735824752
  };
  private static final double RATIONAL_UP_TO = 7.07106781186547;
  private static final double ROOT_OF_TWO_PI = 2.506628274631;

  private Normal() {}

  /**
   * Probability of a value further out than {@code z}, on either side: 1 at 0, falling to 0. Hart's
   * rational approximation in the form of West (2005), good to 15 digits; Laplace's continued
   * fraction in the far tail.
   */
  static double twoSided(double z) {
    double x = Math.abs(z);
    double density = Math.exp(-x * x / 2);
    if (x < RATIONAL_UP_TO) {
      return 2 * density * polynomial(NUMERATOR, x) / polynomial(DENOMINATOR, x);
    }
    double fraction = x + 0.65;
    for (int k = 4; k >= 1; k--) {
      fraction = x + k / fraction;
    }
    return 2 * density / fraction / ROOT_OF_TWO_PI;
  }

  private static double polynomial(double[] coefficients, double x) {
    double value = 0;
    for (double coefficient : coefficients) {
      value = value * x + coefficient;
    }
    return value;
  }
}
