package dev.holdfast.training;

import java.util.function.Consumer;

/** Where histories come from. Each pass gives the same customers in the same order. */
@FunctionalInterface
public interface HistorySource {

  /** Calls {@code consumer} once for each customer; a pass holds one customer at a time. */
  void forEach(Consumer<CustomerHistory> consumer);
}
