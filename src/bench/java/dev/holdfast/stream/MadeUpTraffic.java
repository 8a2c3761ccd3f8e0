package dev.holdfast.stream;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Customers with a history that ends before {@code start}, and what they do afterwards. Customer
 * {@code i} is named {@code bench:i}; every call makes the same events.
 *
 * @param customers how many, numbered from 1
 * @param history events of each before {@code start}
 * @param start whole seconds
 */
record MadeUpTraffic(int customers, int history, Instant start) {

  static final String SOURCE = "bench";

  private static final String[] NAMES = {"call_made", "data_used", "message_sent", "login"};
  private static final BigDecimal AMOUNT = new BigDecimal("19.9000");
  private static final double DAY_MILLIS = 86_400_000;

  /** The past of one customer, oldest first: a pace of its own, from daily to every third week. */
  List<Event> historyOf(long customer) {
    SplittableRandom random = new SplittableRandom(customer * 1_000_003 + 17);
    double gap = Math.exp(random.nextDouble() * 3) * DAY_MILLIS;
    long[] at = new long[history];
    double back = gap * random.nextDouble() + 60_000;
    for (int i = history - 1; i >= 0; i--) {
      at[i] = start.toEpochMilli() - (long) back;
      back += -gap * Math.log(1 - random.nextDouble()) + 1;
    }
    Arrays.sort(at);
    List<Event> events = new ArrayList<>(history);
    for (int i = 0; i < history; i++) {
      events.add(
          event("h" + customer + "-" + i, customer, Instant.ofEpochMilli(at[i]), random, true));
    }
    return events;
  }

  /**
   * The {@code i}-th event after the start, of a customer drawn at random; a millisecond apart.
   *
   * @param i from 0
   */
  Event news(int i) {
    SplittableRandom random = new SplittableRandom(i * 7_919L + 23);
    long customer = 1 + random.nextInt(customers);
    return event("n" + i, customer, start.plusMillis(i), random, false);
  }

  private static Event event(
      String id, long customer, Instant at, SplittableRandom random, boolean backfill) {
    int draw = random.nextInt(20);
    boolean purchase = draw < 3;
    boolean contact = draw == 3;
    return new Event(
        id,
        SOURCE,
        "bench:" + customer,
        purchase ? "order_completed" : contact ? "support_called" : NAMES[draw % NAMES.length],
        purchase ? EventKind.PURCHASE : contact ? EventKind.INTERACTION : EventKind.USAGE,
        at,
        at,
        backfill,
        1,
        purchase ? AMOUNT : null,
        purchase ? "EUR" : null,
        draw < 10 ? "app" : "web",
        draw == 3 ? Map.of("topic", "invoice") : draw == 4 ? Map.of("minutes", 12) : Map.of(),
        backfill);
  }
}
