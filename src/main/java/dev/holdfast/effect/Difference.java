package dev.holdfast.effect;

import dev.holdfast.evaluation.Interval;
import java.util.List;

/**
 * The effect by intention to treat: churn rate of the hold-out less churn rate of the treatment, so
 * that a campaign that keeps customers is positive.
 *
 * @param treated the arm that is contacted, of the parties compared
 * @param heldOut the other arm
 * @param effect in churn rate, in [-1, 1] with its 95 percent interval; .05 means that 5 of 100
 *     parties churned less
 * @param error standard error, 0 or more
 * @param p two-sided probability of such a difference by chance alone, in [0, 1]: the level at
 *     which the interval, made in the same way, would just touch 0
 * @param method how the interval was made
 */
public record Difference(
    ArmCount treated, ArmCount heldOut, Interval effect, double error, double p, Method method) {

  // In standard errors; chance does not go there.
  private static final double FURTHEST = 40;
  private static final int HALVINGS = 60;

  /** How the interval was made. */
  public enum Method {
    /** Normal, with the arms' own variances. */
    WALD,
    /** From the arms' Wilson intervals; where fewer than 30 churned or stayed in an arm. */
    NEWCOMBE,
    /** Normal, after the risk at assignment has explained what it can. */
    ADJUSTED
  }

  /**
   * Compares two arms.
   *
   * @throws IllegalArgumentException if an arm is empty
   * @see <a
   *     href="https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C873::AID-SIM779%3E3.0.CO;2-I">
   *     Newcombe (1998), method 10</a>
   */
  public static Difference of(ArmCount treated, ArmCount heldOut) {
    requireBoth(treated, heldOut);
    return pooled(treated, heldOut, List.of(new Cell(1, treated, heldOut)));
  }

  /**
   * True if the arms can be compared within a treatment share: two parties or more in either, of
   * one share at least.
   */
  public static boolean possible(List<Assigned> parties) {
    return !Strata.of(parties).isEmpty();
  }

  /**
   * Compares the arms within each treatment share and averages over the parties; parties whose
   * share has fewer than two in an arm are left out.
   *
   * @throws IllegalArgumentException if nobody is left, see {@link #possible}
   */
  public static Difference of(List<Assigned> parties) {
    List<List<Assigned>> strata = Strata.of(parties);
    double n = Strata.size(strata);
    List<Cell> cells =
        strata.stream()
            .map(
                stratum ->
                    new Cell(
                        stratum.size() / n,
                        Strata.count(stratum, true),
                        Strata.count(stratum, false)))
            .toList();
    ArmCount treated = sum(cells.stream().map(Cell::treated).toList());
    ArmCount heldOut = sum(cells.stream().map(Cell::heldOut).toList());
    requireBoth(treated, heldOut);
    return pooled(treated, heldOut, cells);
  }

  /**
   * The same after the risk at assignment has explained what it can of who churned (CUPED): {@code
   * y' = y - theta (risk - mean risk)}, theta their covariance over the variance of the risk. The
   * expectation is the same, the interval narrower the more the risk foretells.
   *
   * @throws IllegalArgumentException if nobody is left, see {@link #possible}
   * @see <a href="https://doi.org/10.1145/2433396.2433413">Deng, Xu, Kohavi and Walker (2013)</a>
   */
  public static Difference adjusted(List<Assigned> parties) {
    List<List<Assigned>> strata = Strata.of(parties);
    ArmCount treated = sum(strata.stream().map(stratum -> Strata.count(stratum, true)).toList());
    ArmCount heldOut = sum(strata.stream().map(stratum -> Strata.count(stratum, false)).toList());
    requireBoth(treated, heldOut);
    double n = Strata.size(strata);
    double effect = 0;
    double variance = 0;
    for (List<Assigned> stratum : strata) {
      double weight = stratum.size() / n;
      double meanRisk = stratum.stream().mapToDouble(Assigned::risk).average().orElse(0);
      double theta = theta(stratum, meanRisk);
      double[] ofTreated = meanAndVariance(stratum, true, theta, meanRisk);
      double[] ofHeldOut = meanAndVariance(stratum, false, theta, meanRisk);
      effect += weight * (ofHeldOut[0] - ofTreated[0]);
      variance += weight * weight * (ofTreated[1] + ofHeldOut[1]);
    }
    double error = Math.sqrt(variance);
    return new Difference(
        treated, heldOut, normal(effect, error), error, chance(effect, error), Method.ADJUSTED);
  }

  /** One treatment share: its part of the parties, and its arms. */
  private record Cell(double weight, ArmCount treated, ArmCount heldOut) {

    double effect() {
      return heldOut.churnRate() - treated.churnRate();
    }
  }

  private static Difference pooled(ArmCount treated, ArmCount heldOut, List<Cell> cells) {
    double effect = 0;
    double variance = 0;
    boolean small = false;
    for (Cell cell : cells) {
      effect += cell.weight * cell.effect();
      variance += cell.weight * cell.weight * (cell.treated.variance() + cell.heldOut.variance());
      small |= cell.treated.small() || cell.heldOut.small();
    }
    double error = Math.sqrt(variance);
    return new Difference(
        treated,
        heldOut,
        small ? newcombe(effect, cells, Normal.Z95) : normal(effect, error),
        error,
        small ? newcombeChance(effect, cells) : chance(effect, error),
        small ? Method.NEWCOMBE : Method.WALD);
  }

  /** Ends as far from the difference as the ends of the rates are from the rates, in squares. */
  private static Interval newcombe(double effect, List<Cell> cells, double z) {
    double below = 0;
    double above = 0;
    for (Cell cell : cells) {
      double[] t = cell.treated.wilson(z);
      double[] c = cell.heldOut.wilson(z);
      double pt = cell.treated.churnRate();
      double pc = cell.heldOut.churnRate();
      double w2 = cell.weight * cell.weight;
      below += w2 * ((pc - c[0]) * (pc - c[0]) + (t[1] - pt) * (t[1] - pt));
      above += w2 * ((c[1] - pc) * (c[1] - pc) + (pt - t[0]) * (pt - t[0]));
    }
    return new Interval(effect, effect - Math.sqrt(below), effect + Math.sqrt(above));
  }

  /** The level whose interval just touches 0, by bisection: intervals grow with z. */
  private static double newcombeChance(double effect, List<Cell> cells) {
    if (effect == 0) {
      return 1;
    }
    double low = 0;
    double high = FURTHEST;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      Interval at = newcombe(effect, cells, middle);
      if (at.low() > 0 || at.high() < 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Normal.twoSided(low);
  }

  private static Interval normal(double effect, double error) {
    return new Interval(effect, effect - Normal.Z95 * error, effect + Normal.Z95 * error);
  }

  private static double chance(double effect, double error) {
    return error > 0 ? Normal.twoSided(effect / error) : 1;
  }

  private static double theta(List<Assigned> parties, double meanRisk) {
    double meanChurn =
        parties.stream().mapToDouble(one -> one.churned() ? 1 : 0).average().orElse(0);
    double covariance = 0;
    double variance = 0;
    for (Assigned one : parties) {
      double risk = one.risk() - meanRisk;
      covariance += risk * ((one.churned() ? 1 : 0) - meanChurn);
      variance += risk * risk;
    }
    return variance > 0 ? covariance / variance : 0;
  }

  /** Mean of the adjusted outcome of an arm, and the sampling variance of that mean. */
  private static double[] meanAndVariance(
      List<Assigned> parties, boolean treated, double theta, double meanRisk) {
    double n = 0;
    double mean = 0;
    double squares = 0;
    for (Assigned one : parties) {
      if (one.treated() == treated) {
        double y = (one.churned() ? 1 : 0) - theta * (one.risk() - meanRisk);
        n++;
        double off = y - mean;
        mean += off / n;
        squares += off * (y - mean);
      }
    }
    return new double[] {mean, squares / (n - 1) / n};
  }

  private static ArmCount sum(List<ArmCount> counts) {
    return new ArmCount(
        counts.stream().mapToInt(ArmCount::parties).sum(),
        counts.stream().mapToInt(ArmCount::churned).sum());
  }

  private static void requireBoth(ArmCount treated, ArmCount heldOut) {
    if (treated.parties() == 0 || heldOut.parties() == 0) {
      throw new IllegalArgumentException(
          "an effect needs parties in both arms of a treatment share, had "
              + treated.parties()
              + " treated and "
              + heldOut.parties()
              + " held out");
    }
  }
}
