package dev.holdfast.effect;

import java.util.List;

/**
 * Whether as many parties are in each arm as the lot says. If not, something between the lot and
 * the analysis loses parties of one arm, and what is left is no experiment: the numbers are hidden.
 *
 * @param treated parties in the treatment
 * @param expected how many the lot would put there on average
 * @param parties in both arms
 * @param p probability of a ratio this far off by chance alone, in [0, 1]; 1 as expected
 * @param fails true if p is below the level
 * @see <a href="https://doi.org/10.1145/3292500.3330722">Fabijan and others (2019)</a>
 */
public record SampleRatio(int treated, double expected, int parties, double p, boolean fails) {

  /** One look in a thousand is wrong. */
  public static final double LEVEL = 0.001;

  /** Checks parties by their own treatment shares; none pass. */
  public static SampleRatio of(List<Assigned> parties) {
    return of(parties, LEVEL);
  }

  /**
   * Checks one of several slices.
   *
   * @param level below which the check fails; {@link #LEVEL} over the number of slices
   */
  public static SampleRatio of(List<Assigned> parties, double level) {
    int treated = 0;
    double expected = 0;
    double variance = 0;
    for (Assigned one : parties) {
      treated += one.treated() ? 1 : 0;
      expected += one.treatmentShare();
      variance += one.treatmentShare() * (1 - one.treatmentShare());
    }
    return of(treated, expected, variance, parties.size(), level);
  }

  /** Checks counts at one treatment share in (0, 1). */
  public static SampleRatio of(int treated, int parties, double share) {
    return of(treated, parties * share, parties * share * (1 - share), parties, LEVEL);
  }

  private static SampleRatio of(
      int treated, double expected, double variance, int parties, double level) {
    // The square of this is the chi-square of one degree of freedom over both arms.
    double z = variance > 0 ? (treated - expected) / Math.sqrt(variance) : 0;
    double p = Normal.twoSided(z);
    return new SampleRatio(treated, expected, parties, p, p < level);
  }
}
