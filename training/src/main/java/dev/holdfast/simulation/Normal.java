package dev.holdfast.simulation;

/** The standard normal distribution. */
final class Normal {

  private static final double[] CENTRE_ABOVE = {
    3.3871328727963666080e0,
    1.3314166789178437745e+2,
    1.9715909503065514427e+3,
    1.3731693765509461125e+4,
    4.5921953931549871457e+4,
    6.7265770927008700853e+4,
    3.3430575583588128105e+4,
    2.5090809287301226727e+3
  };
  private static final double[] CENTRE_BELOW = {
    1.0,
    4.2313330701600911252e+1,
    6.8718700749205790830e+2,
    5.3941960214247511077e+3,
    2.1213794301586595867e+4,
    3.9307895800092710610e+4,
    2.8729085735721942674e+4,
    5.2264952788528545610e+3
  };
  private static final double[] TAIL_ABOVE = {
    1.42343711074968357734e0,
    4.63033784615654529590e0,
    5.76949722146069140550e0,
    3.64784832476320460504e0,
    1.27045825245236838258e0,
    2.41780725177450611770e-1,
    2.27238449892691845833e-2,
    7.74545014278341407640e-4
  };
  private static final double[] TAIL_BELOW = {
    1.0,
    2.05319162663775882187e0,
    1.67638483018380384940e0,
    6.89767334985100004550e-1,
    1.48103976427480074590e-1,
    1.51986665636164571966e-2,
    5.47593808499534494600e-4,
    1.05075007164441684324e-9
  };
  private static final double[] FAR_ABOVE = {
    6.65790464350110377720e0,
    5.46378491116411436990e0,
    1.78482653991729133580e0,
    2.96560571828504891230e-1,
    2.65321895265761230930e-2,
    1.24266094738807843860e-3,
    2.71155556874348757815e-5,
    2.01033439929228813265e-7
  };
  private static final double[] FAR_BELOW = {
    1.0,
    5.99832206555887937690e-1,
    1.36929880922735805310e-1,
    1.48753612908506148525e-2,
    7.86869131145613259100e-4,
    1.84631831751005468180e-5,
    1.42151175831644588870e-7,
    2.04426310338993978564e-15
  };

  private static final double[] UPPER_TAIL = {
    0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429, 0, 0, 0
  };

  private Normal() {}

  /**
   * The value below which a standard normal lies with this probability; about 16 digits.
   *
   * @param probability in (0, 1)
   * @see <a href="https://doi.org/10.2307/2347330">Wichura (1988), Algorithm AS 241</a>
   */
  static double quantile(double probability) {
    double q = probability - 0.5;
    if (Math.abs(q) <= 0.425) {
      double r = 0.180625 - q * q;
      return q * polynomial(CENTRE_ABOVE, r) / polynomial(CENTRE_BELOW, r);
    }
    double r = Math.sqrt(-StrictMath.log(q < 0 ? probability : 1 - probability));
    double tail =
        r <= 5
            ? polynomial(TAIL_ABOVE, r - 1.6) / polynomial(TAIL_BELOW, r - 1.6)
            : polynomial(FAR_ABOVE, r - 5) / polynomial(FAR_BELOW, r - 5);
    return q < 0 ? -tail : tail;
  }

  /**
   * Probability of a value of at most {@code z}; within 7.5e-8 (Hastings 1955; Abramowitz and
   * Stegun 26.2.17).
   */
  static double probability(double z) {
    double t = 1 / (1 + 0.2316419 * Math.abs(z));
    double tail =
        StrictMath.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * t * polynomial(UPPER_TAIL, t);
    return z > 0 ? 1 - tail : tail;
  }

  private static double polynomial(double[] c, double x) {
    return ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x
        + c[0];
  }
}
