package dev.holdfast.scoring;

import java.time.Instant;
import java.util.List;

/**
 * What becomes of a risk if the customer stays silent.
 *
 * @param asOf the instant up to which silence was counted, and from which it is continued
 * @param stale true if the feed of the customer's usage is behind the clock
 * @param basis whether the customer's own history speaks, or the population for want of one
 * @param model version that made it
 * @param days the risk at {@code asOf} and after each whole day of further silence; never falls
 * @param levels each watched level, ascending, and the minute at which silence reaches it
 */
public record RiskProjection(
    String customer,
    Instant asOf,
    boolean stale,
    RiskBasis basis,
    String model,
    int featureVersion,
    List<Day> days,
    List<Explanation.Projection> levels) {

  /**
   * One day of silence.
   *
   * @param day of further silence, 0 for none
   * @param at the instant
   * @param risk calibrated probability of churn, in (0, 1)
   */
  public record Day(int day, Instant at, double risk, Band band) {}
}
