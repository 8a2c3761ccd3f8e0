package dev.holdfast.training;

import dev.holdfast.event.Event;
import java.util.Comparator;
import java.util.List;

/**
 * All events of one customer.
 *
 * @param customerId internal id
 * @param events in the order of {@code occurredAt} and key, whatever order they were given in
 */
public record CustomerHistory(long customerId, List<Event> events) {

  /** The order in which states take events. */
  static final Comparator<Event> ORDER =
      Comparator.comparing(Event::occurredAt).thenComparing(Event::key);

  public CustomerHistory {
    boolean sorted = true;
    for (int i = 1; sorted && i < events.size(); i++) {
      sorted = events.get(i - 1).occurredAt().isBefore(events.get(i).occurredAt());
    }
    events = sorted ? List.copyOf(events) : events.stream().sorted(ORDER).toList();
  }
}
