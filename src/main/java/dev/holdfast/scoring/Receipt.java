package dev.holdfast.scoring;

import java.time.Instant;
import java.util.List;

/**
 * All that is needed to recompute a score that mattered, and the score recomputed.
 *
 * @param id number to quote it by
 * @param customer external name now, or {@code id:} and the internal number
 * @param scoredAt business instant from which the score was in force
 * @param asOf the instant up to which silence was counted
 * @param model version that made it
 * @param stateBytes length of the stored state
 * @param stateSha256 hash of the stored state, hexadecimal
 * @param risk as it was recorded
 * @param band its label then
 * @param mediumFrom from this risk on, a customer was in the medium band
 * @param highFrom from this risk on, a customer was in the high band
 * @param levels all levels that anybody watched then, ascending: edges of bands and thresholds of
 *     campaigns
 * @param recomputed the same risk from the stored state and the registered model, taken apart
 * @param difference of the recomputed risk from the recorded one
 * @param exact true if the difference is 0 and the band is the same
 */
public record Receipt(
    long id,
    String customer,
    Instant scoredAt,
    Instant asOf,
    String model,
    int stateBytes,
    String stateSha256,
    double risk,
    Band band,
    double mediumFrom,
    double highFrom,
    List<Double> levels,
    Breakdown recomputed,
    double difference,
    boolean exact) {

  /**
   * One line of the list of receipts.
   *
   * @param id number of the receipt
   * @param model internal number of the model
   */
  public record Line(long id, Instant scoredAt, Instant asOf, double risk, Band band, int model) {}
}
