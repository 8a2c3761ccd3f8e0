package dev.holdfast.activity;

import java.util.Arrays;

/**
 * The BG/NBD model of Fader, Hardie and Lee (2005): customers use at a constant rate until they
 * drop out after a use. Time in any unit, the same throughout.
 *
 * @param r shape of the rates, positive
 * @param alpha scale of the rates, in the unit of time, positive
 * @param a first shape of the dropout probability, positive
 * @param b second shape of the dropout probability, positive
 * @see <a href="https://doi.org/10.1287/mksc.1040.0098">Marketing Science 24(2), 275-284</a>
 */
public record BgNbd(double r, double alpha, double a, double b) {

  private static final int ITERATIONS = 2_000;
  private static final double TOLERANCE = 1e-9;
  // exp(9) gaps or rates are beyond any population; the bound keeps degenerate data from running
  // off.
  private static final double LARGEST_LN = 9;

  public BgNbd {
    if (!(r > 0 && alpha > 0 && a > 0 && b > 0)) {
      throw new IllegalArgumentException(
          "r, alpha, a and b must be positive, were " + r + ", " + alpha + ", " + a + ", " + b);
    }
  }

  /**
   * Log-odds of no use in the next {@code horizon}; rises with {@code age}.
   *
   * @param repeats occasions after the first, at least 0
   * @param lastAge age at the last occasion, 0 without repeats
   * @param age time since the first occasion, at least {@code lastAge}
   */
  public double logitSilent(int repeats, double lastAge, double age, double horizon) {
    double dropped =
        repeats == 0
            ? 0
            : a / (b + repeats - 1) * Math.pow((alpha + age) / (alpha + lastAge), r + repeats);
    double alive = 1 / (1 + dropped);
    // Written so that each step is monotone in age, in floating point too.
    double silentIfAlive = Math.pow(1 / (1 + horizon / (alpha + age)), r + repeats);
    double returns = Math.max(alive * (1 - silentIfAlive), 1e-12);
    return Math.log(Math.max(1 / returns - 1, 1e-12));
  }

  /**
   * The parameters of highest likelihood, by Nelder and Mead's simplex on their logarithms.
   *
   * @param repeats occasions after the first, per customer
   * @param lastAge age at the last occasion, per customer
   * @param age time since the first occasion, per customer
   * @throws IllegalArgumentException if the arrays are empty or differ in length
   */
  public static BgNbd fit(int[] repeats, double[] lastAge, double[] age) {
    if (repeats.length == 0 || repeats.length != lastAge.length || repeats.length != age.length) {
      throw new IllegalArgumentException(
          "one entry per customer and at least one customer, were "
              + repeats.length
              + ", "
              + lastAge.length
              + ", "
              + age.length);
    }
    double meanAge = Math.max(1e-3, Arrays.stream(age).average().orElseThrow());
    double[] start = {Math.log(0.5), Math.log(meanAge / 4), 0, Math.log(2)};
    double[] best =
        Simplex.minimise(
            x -> -logLikelihood(x, repeats, lastAge, age), start, 0.5, ITERATIONS, TOLERANCE);
    // A second start from the first optimum escapes a collapsed simplex.
    best =
        Simplex.minimise(
            x -> -logLikelihood(x, repeats, lastAge, age), best, 0.2, ITERATIONS, TOLERANCE);
    return new BgNbd(Math.exp(best[0]), Math.exp(best[1]), Math.exp(best[2]), Math.exp(best[3]));
  }

  /** Log-likelihood of these parameters, natural logarithm. */
  public double logLikelihood(int[] repeats, double[] lastAge, double[] age) {
    double[] ln = {Math.log(r), Math.log(alpha), Math.log(a), Math.log(b)};
    return logLikelihood(ln, repeats, lastAge, age);
  }

  private static double logLikelihood(double[] ln, int[] repeats, double[] lastAge, double[] age) {
    for (double x : ln) {
      if (Math.abs(x) > LARGEST_LN) {
        return -1e12 * Math.abs(x);
      }
    }
    double r = Math.exp(ln[0]);
    double alpha = Math.exp(ln[1]);
    double a = Math.exp(ln[2]);
    double b = Math.exp(ln[3]);
    int most = Arrays.stream(repeats).max().orElse(0);
    double[] constant = new double[most + 1];
    double base = -LnGamma.of(r) + r * ln[1] + LnGamma.of(a + b) - LnGamma.of(b);
    for (int x = 0; x <= most; x++) {
      constant[x] = base + LnGamma.of(r + x) + LnGamma.of(b + x) - LnGamma.of(a + b + x);
    }
    double sum = 0;
    for (int i = 0; i < repeats.length; i++) {
      int x = repeats[i];
      double lnAlive = -(r + x) * Math.log(alpha + age[i]);
      sum += constant[x];
      if (x == 0) {
        sum += lnAlive;
      } else {
        double lnDropped = ln[2] - Math.log(b + x - 1) - (r + x) * Math.log(alpha + lastAge[i]);
        double top = Math.max(lnAlive, lnDropped);
        sum += top + Math.log(Math.exp(lnAlive - top) + Math.exp(lnDropped - top));
      }
    }
    return sum;
  }
}
