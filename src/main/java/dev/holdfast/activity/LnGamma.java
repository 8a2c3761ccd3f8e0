package dev.holdfast.activity;

/** Natural logarithm of the gamma function for positive arguments, to about 1e-13. */
final class LnGamma {

  private static final double HALF_LN_TWO_PI = 0.918938533204672742;

  private LnGamma() {}

  /** Shifts the argument above 12 by the recurrence, then takes Stirling's series. */
  static double of(double x) {
    double shift = 0;
    double z = x;
    while (z < 12) {
      shift -= Math.log(z);
      z += 1;
    }
    double inverse = 1 / z;
    double square = inverse * inverse;
    double series =
        inverse
            * (1.0 / 12
                - square
                    * (1.0 / 360
                        - square * (1.0 / 1260 - square * (1.0 / 1680 - square / 1188.0))));
    return shift + (z - 0.5) * Math.log(z) - z + HALF_LN_TWO_PI + series;
  }
}
