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
  private final int atOnce;

  /**
   * Of all customers. Each pass reads the store once, by a streaming cursor: one customer at a time
   * in memory.
   *
   * @param calendar in force
   */
  public StoreHistories(EventStore store, OperationalCalendar calendar) {
    this(store, calendar, null, 0);
  }

  private StoreHistories(
      EventStore store, OperationalCalendar calendar, @Nullable List<Long> customers, int atOnce) {
    this.store = store;
    this.calendar = calendar;
    this.customers = customers;
    this.atOnce = atOnce;
  }

  /**
   * Of these customers alone, as far as they have events; {@value #CUSTOMERS_AT_ONCE} at a time in
   * memory.
   *
   * @param calendar in force
   */
  public static StoreHistories of(
      EventStore store, OperationalCalendar calendar, List<Long> customers) {
    return of(store, calendar, customers, CUSTOMERS_AT_ONCE);
  }

  /** The same, so many at a time in memory. */
  static StoreHistories of(
      EventStore store, OperationalCalendar calendar, List<Long> customers, int atOnce) {
    return new StoreHistories(store, calendar, customers.stream().sorted().toList(), atOnce);
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
    for (int from = 0; from < customers.size(); from += atOnce) {
      List<Long> page = customers.subList(from, Math.min(customers.size(), from + atOnce));
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
