package dev.holdfast.training;

import dev.holdfast.campaign.Exposure;
import java.util.List;
import java.util.Map;

/**
 * What campaigns decided, by the ledger. A decision about a party concerns all of its customers;
 * rows weigh as the labels in production do.
 */
final class StoreExposures implements Exposures {

  private final Map<Long, List<Exposure>> byCustomer;

  /** Those of these customers; whoever is absent was never decided about. */
  StoreExposures(Map<Long, List<Exposure>> byCustomer) {
    this.byCustomer = byCustomer;
  }

  @Override
  public List<Exposure> of(long customer) {
    return byCustomer.getOrDefault(customer, List.of());
  }
}
