package dev.holdfast.training;

import dev.holdfast.campaign.Exposure;
import java.time.Instant;
import java.util.List;

/**
 * What campaigns decided about customers, so that our own calls do not poison what is learnt: a
 * customer who was called and stayed says little about customers who are left alone.
 */
@FunctionalInterface
public interface Exposures {

  /** All decisions about a customer, in any order. */
  List<Exposure> of(long customer);

  /** No campaign ever ran. */
  static Exposures none() {
    return customer -> List.of();
  }

  /**
   * How many customers a row stands for whose label window is {@code (from, to]}; 0 leaves it out.
   */
  default double weight(long customer, Instant from, Instant to) {
    return Exposure.labelWeight(of(customer), from, to);
  }
}
