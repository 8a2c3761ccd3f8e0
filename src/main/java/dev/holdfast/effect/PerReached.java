package dev.holdfast.effect;

import dev.holdfast.evaluation.Interval;

/**
 * The effect on those whom a call reaches: the effect by intention to treat over the share that was
 * reached (the complier average causal effect with nobody reached in the hold-out).
 *
 * @param effect in churn rate of those reached; its interval takes the share as known
 * @param reachedShare of the treated, in (0, 1]
 * @param warning to be shown beside it, always
 * @see <a href="https://doi.org/10.1080/01621459.1996.10476902">Angrist, Imbens and Rubin
 *     (1996)</a>
 */
public record PerReached(Interval effect, double reachedShare, String warning) {

  private static final String WARNING =
      "secondary: true only if an attempt that reaches nobody changes nothing, and of no use for"
          + " saying what another campaign would do; decide by the effect on all assigned";

  /**
   * Divides.
   *
   * @param reached how many of the treated were reached, 1 or more
   * @throws IllegalArgumentException if nobody was reached
   */
  public static PerReached of(Difference difference, int reached) {
    int treated = difference.treated().parties();
    if (reached < 1 || reached > treated) {
      throw new IllegalArgumentException(
          "between one and all of the " + treated + " treated are reached, not " + reached);
    }
    double share = (double) reached / treated;
    Interval all = difference.effect();
    return new PerReached(
        new Interval(all.value() / share, all.low() / share, all.high() / share), share, WARNING);
  }
}
