package dev.holdfast.monitoring;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One customer watched at one instant: what the champion said, and what is known of what came true.
 *
 * @param snapshotId the day's monitoring
 * @param customerId internal key
 * @param asOf the instant up to which silence was counted
 * @param horizonEnd when the question is answered, after {@code asOf}
 * @param risk the champion's, in (0, 1)
 * @param idleDays silence at {@code asOf}, 0 or more
 * @param watchedDays how far on it has been looked, in days from {@code asOf}
 * @param returnDays days from {@code asOf} to the first use; null if none was seen
 * @param weight customers it stands for; 0 if it must be left out
 * @param churned null until the horizon has passed
 */
record Watched(
    int snapshotId,
    long customerId,
    Instant asOf,
    Instant horizonEnd,
    double risk,
    double idleDays,
    double watchedDays,
    @Nullable Double returnDays,
    double weight,
    @Nullable Boolean churned) {

  static final double DAY_SECONDS = 86_400;

  /** Length of the question in days, lead time included. */
  double horizonDays() {
    return (horizonEnd.getEpochSecond() - asOf.getEpochSecond()) / DAY_SECONDS;
  }

  /** The same customer, of whom nothing more is asked. */
  Watched leftOut() {
    return new Watched(
        snapshotId,
        customerId,
        asOf,
        horizonEnd,
        risk,
        idleDays,
        watchedDays,
        returnDays,
        0,
        churned);
  }

  /** True if the customer used the service within this many days. */
  boolean returnedWithin(double days) {
    return returnDays != null && returnDays <= days;
  }
}
