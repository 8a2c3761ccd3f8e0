package dev.holdfast.training;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.EventStore;
import java.util.function.Consumer;

/** The stored histories, read by a streaming cursor: one customer at a time in memory. */
public final class StoreHistories implements HistorySource {

  private final EventStore store;
  private final OperationalCalendar calendar;

  /**
   * Each pass reads the store once.
   *
   * @param calendar in force
   */
  public StoreHistories(EventStore store, OperationalCalendar calendar) {
    this.store = store;
    this.calendar = calendar;
  }

  @Override
  public OperationalCalendar calendar() {
    return calendar;
  }

  @Override
  public void forEach(Consumer<CustomerHistory> consumer) {
    store.forEachHistory(
        (customer, events) -> consumer.accept(new CustomerHistory(customer, events)));
  }
}
