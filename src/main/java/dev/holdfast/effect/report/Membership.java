package dev.holdfast.effect.report;

import dev.holdfast.effect.AssignedLabel;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One row of the ledger with what is known of the customer.
 *
 * @param risk when the episode opened; null if the episode was erased
 * @param modelId that opened it; null likewise
 * @param cause by which way it was assigned; null likewise
 * @param known false if the customer was erased since, or its episode
 * @param segment the customer's value of the field that was asked for; null if none was, or it has
 *     none
 * @param kept what became of the customer, as it was kept; null if it is not
 */
record Membership(
    long episodeId,
    long partyId,
    long customerId,
    boolean treated,
    double treatmentShare,
    Instant assignedAt,
    @Nullable Double risk,
    @Nullable Integer modelId,
    @Nullable String cause,
    boolean known,
    @Nullable String segment,
    @Nullable AssignedLabel kept) {

  /** The same with what its episode says, and whether its customer is known. */
  Membership opened(double risk, int modelId, String cause, boolean known) {
    return new Membership(
        episodeId,
        partyId,
        customerId,
        treated,
        treatmentShare,
        assignedAt,
        risk,
        modelId,
        cause,
        known,
        segment,
        kept);
  }

  /** True if a lot with two sides was drawn. */
  boolean randomised() {
    return treatmentShare > 0 && treatmentShare < 1;
  }
}
