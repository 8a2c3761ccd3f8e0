package dev.holdfast.simulation.study;

import dev.holdfast.event.Event;
import dev.holdfast.training.CustomerHistory;
import dev.holdfast.training.HistorySource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What a company would have stored of a simulated population, in memory: repeats are dropped, as
 * the store drops them. Customers are numbered from 1 in the order of the population.
 */
final class Histories implements HistorySource, Consumer<Event> {

  private static final int PREFIX = "sim:".length();

  private final List<List<Event>> arrived = new ArrayList<>();
  private List<CustomerHistory> histories = List.of();
  private boolean stale;

  Histories(int customers) {
    for (int i = 0; i < customers; i++) {
      arrived.add(new ArrayList<>());
    }
  }

  /** The number of a customer by its external id. */
  static long idOf(String externalId) {
    return Long.parseLong(externalId, PREFIX, externalId.length(), 10) + 1;
  }

  /** Takes an event in the order of arrival. */
  @Override
  public void accept(Event event) {
    arrived.get((int) idOf(event.customer()) - 1).add(event);
    stale = true;
  }

  /** All customers with an event, in the order of their numbers. */
  List<CustomerHistory> all() {
    if (stale) {
      histories = new ArrayList<>();
      for (int i = 0; i < arrived.size(); i++) {
        if (!arrived.get(i).isEmpty()) {
          histories.add(stored(i + 1, arrived.get(i)));
        }
      }
      stale = false;
    }
    return histories;
  }

  /** One customer as of what has arrived by now; without events if there is none yet. */
  CustomerHistory of(long id) {
    return stored(id, arrived.get((int) id - 1));
  }

  private static CustomerHistory stored(long id, List<Event> events) {
    CustomerHistory sorted = new CustomerHistory(id, events);
    List<Event> once = new ArrayList<>(events.size());
    // The sort is stable: of an event that came twice, the first to arrive stands first.
    for (Event event : sorted.events()) {
      if (once.isEmpty() || !once.get(once.size() - 1).id().equals(event.id())) {
        once.add(event);
      }
    }
    return once.size() == events.size() ? sorted : new CustomerHistory(id, once);
  }

  /** The same customers with only those events. */
  static HistorySource only(HistorySource source, Predicate<Event> wanted) {
    return consumer ->
        source.forEach(
            customer -> {
              List<Event> events = customer.events().stream().filter(wanted).toList();
              if (!events.isEmpty()) {
                consumer.accept(new CustomerHistory(customer.customerId(), events));
              }
            });
  }

  @Override
  public void forEach(Consumer<CustomerHistory> consumer) {
    all().forEach(consumer);
  }
}
