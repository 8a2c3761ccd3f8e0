package dev.holdfast.training;

import dev.holdfast.event.EventStore;
import java.util.function.Consumer;

/** The stored histories, read by a streaming cursor: one customer at a time in memory. */
public final class StoreHistories implements HistorySource {

  private final EventStore store;

  /** Each pass reads the store once. */
  public StoreHistories(EventStore store) {
    this.store = store;
  }

  @Override
  public void forEach(Consumer<CustomerHistory> consumer) {
    store.forEachHistory(
        (customer, events) -> consumer.accept(new CustomerHistory(customer, events)));
  }
}
