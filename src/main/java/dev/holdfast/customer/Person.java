package dev.holdfast.customer;

import java.util.Collection;
import java.util.Set;

/**
 * Whose data are exported or erased, by internal numbers.
 *
 * @param customerIds the customers; at least one
 * @param partyIds the parties that go with them, those that were joined to these included; empty in
 *     an erasure that leaves other customers of the party
 */
public record Person(Set<Long> customerIds, Set<Long> partyIds) {

  public Person {
    customerIds = Set.copyOf(customerIds);
    partyIds = Set.copyOf(partyIds);
  }

  static Person of(Collection<Long> customerIds, Collection<Long> partyIds) {
    return new Person(Set.copyOf(customerIds), Set.copyOf(partyIds));
  }
}
