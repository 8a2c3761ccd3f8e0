package dev.holdfast.simulation;

/**
 * What an {@link Oracle} knows of one customer's next days. Probabilities are in [0, 1]; those that
 * begin with "if there" hold for somebody who has not left yet, the others for this customer.
 *
 * @param externalId whose
 * @param gone true if they have left already
 * @param perhapsGone the probability that they have left already to an observer who knows
 *     everything but that: satisfaction up to now, rates, and when they used, bought and called
 * @param silenceIfThere probability that they neither use nor buy within the horizon
 * @param silenceIfReached the same if a call reaches them now; a use because of the call does not
 *     count
 * @param leavingIfThere probability that they leave within the horizon
 * @param leavingIfReached the same if a call reaches them now
 */
public record TrueRisk(
    String externalId,
    boolean gone,
    double perhapsGone,
    double silenceIfThere,
    double silenceIfReached,
    double leavingIfThere,
    double leavingIfReached) {

  /** Probability of no use and no purchase within the horizon, given all that is hidden. */
  public double silence() {
    return gone ? 1 : silenceIfThere;
  }

  /** Probability of being gone at the end of the horizon, given all that is hidden. */
  public double leaving() {
    return gone ? 1 : leavingIfThere;
  }

  /**
   * Probability of no use and no purchase within the horizon to the observer. No model that sees
   * events can rank better, but by luck.
   */
  public double silenceToObserver() {
    return perhapsGone + (1 - perhapsGone) * silenceIfThere;
  }

  /** Probability of being gone at the end of the horizon to the observer. */
  public double leavingToObserver() {
    return perhapsGone + (1 - perhapsGone) * leavingIfThere;
  }

  /**
   * The true effect of reaching them now on staying: P(there at the end | reached) - P(there at the
   * end | not called), in [-1, 1]; 0 if they are gone, negative for who is driven away.
   */
  public double effectOfReaching() {
    return gone ? 0 : leavingIfThere - leavingIfReached;
  }

  /** The same to the observer. */
  public double effectOfReachingToObserver() {
    return (1 - perhapsGone) * (leavingIfThere - leavingIfReached);
  }
}
