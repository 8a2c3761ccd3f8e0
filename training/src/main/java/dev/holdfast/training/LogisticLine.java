package dev.holdfast.training;

/**
 * A logistic regression on one variable whose slope is not negative.
 *
 * @param slope 0 or more
 * @param intercept log-odds at 0
 */
record LogisticLine(double slope, double intercept) {

  private static final int STEPS = 100;
  private static final double RIDGE = 1e-6;

  /** Maximum likelihood by damped Newton steps, with a ridge too small to be seen. */
  static LogisticLine fit(double[] x, boolean[] y, double[] weight) {
    LogisticLine line = newton(x, y, weight, true);
    return line.slope() >= 0 ? line : newton(x, y, weight, false);
  }

  private static LogisticLine newton(double[] x, boolean[] y, double[] weight, boolean withSlope) {
    double a = 0;
    double b = 0;
    double loss = loss(x, y, weight, a, b);
    for (int step = 0; step < STEPS; step++) {
      double g0 = 0;
      double g1 = 0;
      double h00 = RIDGE;
      double h01 = 0;
      double h11 = RIDGE;
      for (int i = 0; i < x.length; i++) {
        double p = 1 / (1 + Math.exp(-(a * x[i] + b)));
        double error = weight[i] * ((y[i] ? 1 : 0) - p);
        double w = weight[i] * p * (1 - p);
        g0 += error;
        g1 += error * x[i];
        h00 += w;
        h01 += w * x[i];
        h11 += w * x[i] * x[i];
      }
      double determinant = h00 * h11 - h01 * h01;
      double stepA = withSlope ? (h00 * g1 - h01 * g0) / determinant : 0;
      double stepB = withSlope ? (h11 * g0 - h01 * g1) / determinant : g0 / h00;
      double share = 1;
      double next = loss(x, y, weight, a + stepA, b + stepB);
      while (!(next <= loss) && share > 1e-6) {
        share /= 2;
        next = loss(x, y, weight, a + share * stepA, b + share * stepB);
      }
      a += share * stepA;
      b += share * stepB;
      if (Math.abs(loss - next) <= 1e-10 * (1 + loss)) {
        break;
      }
      loss = next;
    }
    return new LogisticLine(a, b);
  }

  private static double loss(double[] x, boolean[] y, double[] weight, double a, double b) {
    double sum = RIDGE * (a * a + b * b) / 2;
    for (int i = 0; i < x.length; i++) {
      double z = a * x[i] + b;
      sum += weight[i] * Softplus.of(y[i] ? -z : z);
    }
    return sum;
  }
}
