package dev.holdfast.training;

import java.time.Instant;
import java.util.List;

/**
 * When campaigns decided about customers, so that our own calls do not poison what is learnt: a
 * customer who was called and stayed says little about customers who are left alone.
 */
@FunctionalInterface
public interface Exposures {

  /** A customer who is held out in several triggers stands in for at most so many. */
  double MOST_STOOD_FOR = 10;

  /**
   * One decision of a campaign about a customer.
   *
   * @param at when it was made
   * @param treated true if the customer was to be contacted, false if held out
   * @param treatmentShare probability with which customers were to be contacted then, in [0, 1)
   */
  record Exposure(Instant at, boolean treated, double treatmentShare) {}

  /** All decisions about a customer, in any order. */
  List<Exposure> of(long customer);

  /** No campaign ever ran. */
  static Exposures none() {
    return customer -> List.of();
  }

  /**
   * What a row of the customer weighs whose label window is {@code (from, to]}: 0 if the customer
   * was treated in it, for what would have happened is not known; else the product of 1 / (1 -
   * share) over the triggers in which they were held out, at most {@link #MOST_STOOD_FOR}.
   */
  default double weight(long customer, Instant from, Instant to) {
    double weight = 1;
    for (Exposure exposure : of(customer)) {
      if (exposure.at().isAfter(from) && !exposure.at().isAfter(to)) {
        if (exposure.treated()) {
          return 0;
        }
        weight /= 1 - exposure.treatmentShare();
      }
    }
    return Math.min(MOST_STOOD_FOR, weight);
  }
}
