package dev.holdfast.training;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A year of customers made on the fly, none kept: uses, some purchases and contacts, at a pace of
 * each customer's own. Every pass makes the same events.
 *
 * @param customers how many
 * @param events of each customer
 */
record MadeUpHistories(int customers, int events, long seed) implements HistorySource {

  private static final long START = Instant.parse("2025-01-01T00:00:00Z").getEpochSecond();
  private static final long YEAR = 365L * 86_400;
  private static final String[] NAMES = {"call", "data", "message", "login"};
  private static final BigDecimal AMOUNT = new BigDecimal("19.90");

  @Override
  public void forEach(Consumer<CustomerHistory> consumer) {
    for (long id = 1; id <= customers; id++) {
      consumer.accept(new CustomerHistory(id, of(id)));
    }
  }

  /** The events of one customer. */
  List<Event> of(long id) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + id);
    List<Event> history = new ArrayList<>(events);
    // Some fall silent in the course of the year, some go on to its end.
    double first = random.nextDouble() * YEAR / 10;
    double last = Math.min(YEAR, first + YEAR * (0.4 + random.nextDouble()));
    long[] at = new long[events];
    for (int i = 0; i < events; i++) {
      at[i] = START + (long) (first + random.nextDouble() * (last - first));
    }
    Arrays.sort(at);
    String customer = "bench:" + id;
    for (int i = 0; i < events; i++) {
      history.add(event(customer, i, Instant.ofEpochSecond(at[i]), random));
    }
    return history;
  }

  private static Event event(String customer, int i, Instant at, SplittableRandom random) {
    int kind = random.nextInt(20);
    boolean purchase = kind < 3;
    return new Event(
        customer + "-" + i,
        "bench",
        customer,
        purchase ? "order" : kind == 3 ? "contact" : NAMES[kind % NAMES.length],
        purchase ? EventKind.PURCHASE : kind == 3 ? EventKind.INTERACTION : EventKind.USAGE,
        at,
        at,
        false,
        1,
        purchase ? AMOUNT : null,
        purchase ? "EUR" : null,
        kind < 10 ? "app" : null,
        Map.of(),
        true);
  }
}
