package dev.holdfast.effect.report;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of the ledger with what is known of the customer.
 *
 * @param risk when the episode opened; null if the episode was erased
 * @param modelId that opened it; null likewise
 * @param cause by which way it was assigned; null likewise
 * @param known false if the customer was erased since
 * @param sourceId of the customer's usage; null if there was none
 * @param profile the customer's plain values, by name
 */
record Membership(
    long episodeId,
    int run,
    long partyId,
    long customerId,
    boolean treated,
    double treatmentShare,
    Instant assignedAt,
    @Nullable Double risk,
    @Nullable Integer modelId,
    @Nullable String cause,
    boolean known,
    @Nullable Integer sourceId,
    Map<String, String> profile) {

  /** True if a lot with two sides was drawn. */
  boolean randomised() {
    return treatmentShare > 0 && treatmentShare < 1;
  }
}
