package dev.holdfast.effect;

import dev.holdfast.evaluation.Interval;
import java.util.Optional;

/**
 * The effect as it can be watched: an interval that holds at every look at once, where an interval
 * of fixed size would deceive whoever looks often.
 *
 * <p>Parties are added in the order in which their outcomes mature. Each has the score {@code A (y
 * - b) / e - (1 - A) (y - b) / (1 - e)}: A whether treated, e the treatment share, y whether it
 * stayed, and b one less its risk at assignment. Whatever b is, known before the outcome, the mean
 * of the scores is the effect; a good b makes them vary less. The interval is the asymptotic
 * confidence sequence of Waudby-Smith and others, narrowest around the planned number of parties.
 *
 * @see <a href="https://doi.org/10.1214/24-AOS2408">Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas
 *     (2024)</a>
 */
public final class ConfidenceSequence {

  /** The normal approximation is not to be trusted before. */
  public static final int FEWEST = 100;

  private static final double ALPHA = 0.05;

  private final double rho2;
  private int n;
  private double mean;
  private double squares;

  /**
   * A sequence without parties.
   *
   * @param planned number of parties at which the interval is to be narrowest, 1 or more; fixed
   *     before the first outcome
   */
  public ConfidenceSequence(int planned) {
    if (planned < 1) {
      throw new IllegalArgumentException("a plan needs at least one party, had " + planned);
    }
    double log = -2 * Math.log(ALPHA);
    rho2 = (log + Math.log(1 + log)) / planned;
  }

  /** Adds a party whose outcome has matured. */
  public void add(Assigned one) {
    double e = one.treatmentShare();
    double surprise = (one.churned() ? 0 : 1) - (1 - one.risk());
    double score = one.treated() ? surprise / e : -surprise / (1 - e);
    n++;
    double off = score - mean;
    mean += off / n;
    squares += off * (score - mean);
  }

  /** Number of parties added. */
  public int parties() {
    return n;
  }

  /**
   * The effect now, in churn rate as in {@link Difference#effect}; empty below {@link #FEWEST}
   * parties.
   */
  public Optional<Interval> interval() {
    if (n < FEWEST) {
      return Optional.empty();
    }
    double sd = Math.sqrt(squares / n);
    double spread = n * rho2 + 1;
    double radius =
        sd * Math.sqrt(2 * spread / ((double) n * n * rho2) * Math.log(Math.sqrt(spread) / ALPHA));
    return Optional.of(new Interval(mean, mean - radius, mean + radius));
  }

  /**
   * Probability of an effect this far from 0 at any look, by chance alone, in [0, 1]: below 0.05
   * where the interval excludes 0. 1 below {@link #FEWEST} parties.
   */
  public double p() {
    if (n < FEWEST || mean == 0) {
      return 1;
    }
    double spread = n * rho2 + 1;
    double evidence = n * rho2 * mean * mean * n * n / (2 * squares * spread);
    return Math.min(1, Math.sqrt(spread) * Math.exp(-evidence));
  }

  /** True if the interval now excludes no effect. */
  public boolean excludesZero() {
    return interval().map(now -> now.low() > 0 || now.high() < 0).orElse(false);
  }
}
