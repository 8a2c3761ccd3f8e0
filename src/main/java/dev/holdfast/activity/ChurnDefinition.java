package dev.holdfast.activity;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * What this deployment calls churn: no use within the horizon.
 *
 * @param fixedHorizonDays the same horizon for everybody, 1 to 365; 0 for three usual gaps of the
 *     customer, at least 14 and at most 90 days
 * @param maximumIdleDays a customer silent for longer has lapsed and is no longer asked about; 0
 *     for no limit
 * @param minimumOccasions a customer with fewer occasions of use is not yet asked about; at least 1
 */
public record ChurnDefinition(int fixedHorizonDays, int maximumIdleDays, int minimumOccasions) {

  private static final double GAPS = 3;
  private static final double SHORTEST = 14;
  private static final double LONGEST = 90;

  public ChurnDefinition {
    if (fixedHorizonDays < 0 || fixedHorizonDays > 365) {
      throw new IllegalArgumentException(
          "the horizon must be 1 to 365 days, or 0 for per customer, was " + fixedHorizonDays);
    }
    if (maximumIdleDays < 0) {
      throw new IllegalArgumentException(
          "the longest silence must be 0 (no limit) or more days, was " + maximumIdleDays);
    }
    if (minimumOccasions < 1) {
      throw new IllegalArgumentException(
          "the fewest occasions must be 1 or more, was " + minimumOccasions);
    }
  }

  /** The same horizon for everybody; customers lapse after 180 days. */
  public static ChurnDefinition fixed(int days) {
    return new ChurnDefinition(days, 180, 1);
  }

  /** Three usual gaps of each customer, 14 to 90 days; customers lapse after 180 days. */
  public static ChurnDefinition perCustomer() {
    return new ChurnDefinition(0, 180, 1);
  }

  /** The horizon of a customer in days; constant between events. */
  public double horizonDays(ActivityState state, double medianGapDays) {
    if (fixedHorizonDays > 0) {
      return fixedHorizonDays;
    }
    double gap = state.usage.shrunkenGap(medianGapDays);
    return Math.min(LONGEST, Math.max(SHORTEST, GAPS * gap));
  }

  /** The longest horizon anybody can have, in days. */
  public double longestHorizonDays() {
    return fixedHorizonDays > 0 ? fixedHorizonDays : LONGEST;
  }

  /**
   * True if the question makes sense: the customer used the service often enough, has not left, is
   * not suspended and has not lapsed.
   */
  public boolean eligible(ActivityState state, Instant at) {
    return state.usageOccasions() >= minimumOccasions
        && !state.closed()
        && !state.suspended()
        && (maximumIdleDays == 0 || state.idleDays(at) <= maximumIdleDays);
  }

  /** The fixed horizon, if there is one. */
  public OptionalInt fixed() {
    return fixedHorizonDays > 0 ? OptionalInt.of(fixedHorizonDays) : OptionalInt.empty();
  }
}
