package dev.holdfast.evaluation;

/**
 * What it is worth to contact a customer, as assumed before an experiment has measured it. A
 * churner who is contacted stays with probability gamma, which is not known and therefore has a
 * Beta distribution; a customer who would have stayed takes the offer.
 *
 * @param customerValue money kept if a churner stays, positive
 * @param offer cost of the offer to who takes it, 0 or more and below the value
 * @param contact cost of the contact itself, 0 or more
 * @param alpha first parameter of the Beta distribution of gamma, 1 or more
 * @param beta second parameter, 1 or more; the mean of gamma is alpha / (alpha + beta)
 * @see <a href="https://doi.org/10.1109/TKDE.2012.50">Verbraken, Verbeke and Baesens (2013)</a>
 */
public record Economics(
    double customerValue, double offer, double contact, double alpha, double beta) {

  /** The assumptions of the source: value 200, offer 10, contact 1, gamma about 0.3. */
  public static final Economics DEFAULT = new Economics(200, 10, 1, 6, 14);

  private static final int CELLS = 20_000;

  public Economics {
    if (!(offer >= 0 && contact >= 0 && customerValue > offer)) {
      throw new IllegalArgumentException(
          "costs must be 0 or more and the offer below the value, were value "
              + customerValue
              + ", offer "
              + offer
              + ", contact "
              + contact);
    }
    if (!(alpha >= 1 && beta >= 1)) {
      throw new IllegalArgumentException(
          "the Beta distribution of who can be kept needs parameters of 1 or more, were "
              + alpha
              + " and "
              + beta);
    }
  }

  /** Mean share of contacted churners who stay, in (0, 1). */
  public double meanGamma() {
    return alpha / (alpha + beta);
  }

  /** The risk above which a contact pays, at the mean of gamma. */
  public double breakEvenRisk() {
    return (offer + contact) / (meanGamma() * (customerValue - offer) + offer);
  }

  /** Profit of contacting a churner of whom the share {@code gamma} stays. */
  double gainOfChurner(double gamma) {
    return gamma * (customerValue - offer) - contact;
  }

  /** Loss of contacting a customer who would have stayed. */
  double costOfStayer() {
    return offer + contact;
  }

  /**
   * Quantiles of gamma at the middles of {@code count} equal parts of probability.
   *
   * @param count 1 or more
   */
  double[] gammas(int count) {
    // The density is summed over fine cells: exact to far more digits than any cost is known to.
    double[] cumulative = new double[CELLS + 1];
    for (int c = 0; c < CELLS; c++) {
      double x = (c + 0.5) / CELLS;
      cumulative[c + 1] =
          cumulative[c] + Math.exp((alpha - 1) * Math.log(x) + (beta - 1) * Math.log1p(-x));
    }
    double[] gammas = new double[count];
    int cell = 0;
    for (int k = 0; k < count; k++) {
      double wanted = (k + 0.5) / count * cumulative[CELLS];
      while (cumulative[cell + 1] < wanted) {
        cell++;
      }
      double part = (wanted - cumulative[cell]) / (cumulative[cell + 1] - cumulative[cell]);
      gammas[k] = (cell + part) / CELLS;
    }
    return gammas;
  }
}
