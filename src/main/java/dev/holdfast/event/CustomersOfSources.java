package dev.holdfast.event;

import java.util.Map;

/** How many customers hang on each source. Implemented by the room above that keeps their rows. */
public interface CustomersOfSources {

  /** Customers whose last use a source reported, by source id; a source without any is absent. */
  Map<Integer, Long> count();
}
