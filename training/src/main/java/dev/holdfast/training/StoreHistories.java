package dev.holdfast.training;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.Event;
import dev.holdfast.event.EventStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The stored histories, of all customers or of some. */
public final class StoreHistories implements HistorySource {

  private static final int CUSTOMERS_AT_ONCE = 200;

  private final EventStore store;
  private final OperationalCalendar calendar;
  private final @Nullable List<Long> customers;

  /**
   * Of all customers. Each pass reads the store once, by a streaming cursor: one customer at a time
   * in memory.
   *
   * @param calendar in force
   */
  public StoreHistories(EventStore store, OperationalCalendar calendar) {
    this(store, calendar, null);
  }

  private StoreHistories(
      EventStore store, OperationalCalendar calendar, @Nullable List<Long> customers) {
    this.store = store;
    this.calendar = calendar;
    this.customers = customers;
  }

  /**
   * Of these customers alone, as far as they have events; {@value #CUSTOMERS_AT_ONCE} at a time in
   * memory.
   *
   * @param calendar in force
   */
  public static StoreHistories of(
      EventStore store, OperationalCalendar calendar, List<Long> customers) {
    return new StoreHistories(store, calendar, customers.stream().sorted().toList());
  }

  @Override
  public OperationalCalendar calendar() {
    return calendar;
  }

  @Override
  public Optional<Instant> knownThrough() {
    return customers == null ? store.knownThrough() : store.knownThrough(customers);
  }

  @Override
  public void forEach(Consumer<CustomerHistory> consumer) {
    if (customers == null) {
      store.forEachHistory(
          (customer, events) -> consumer.accept(new CustomerHistory(customer, events)));
      return;
    }
    for (int from = 0; from < customers.size(); from += CUSTOMERS_AT_ONCE) {
      List<Long> page =
          customers.subList(from, Math.min(customers.size(), from + CUSTOMERS_AT_ONCE));
      Map<Long, List<Event>> histories = store.historiesOf(page);
      for (long customer : page) {
        List<Event> events = histories.get(customer);
        if (events != null) {
          consumer.accept(new CustomerHistory(customer, events));
        }
      }
    }
  }
}
