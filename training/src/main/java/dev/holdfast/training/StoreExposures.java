package dev.holdfast.training;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What campaigns decided, by the ledger. A decision about a party concerns all of its customers;
 * rows weigh as the labels in production do.
 */
final class StoreExposures implements Exposures {

  private final Map<Long, List<dev.holdfast.campaign.Exposure>> byCustomer;

  /** Those of these customers; whoever is absent was never decided about. */
  StoreExposures(Map<Long, List<dev.holdfast.campaign.Exposure>> byCustomer) {
    this.byCustomer = byCustomer;
  }

  @Override
  public List<Exposures.Exposure> of(long customer) {
    return byCustomer.getOrDefault(customer, List.of()).stream()
        .map(one -> new Exposures.Exposure(one.from(), one.treated(), one.treatmentShare()))
        .toList();
  }

  /** An episode that opened before the window counts too, while it is open in the window. */
  @Override
  public double weight(long customer, Instant from, Instant to) {
    List<dev.holdfast.campaign.Exposure> own = byCustomer.get(customer);
    return own == null ? 1 : dev.holdfast.campaign.Exposure.labelWeight(own, from, to);
  }
}
