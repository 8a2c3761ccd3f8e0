package dev.holdfast.activity;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random histories with all kinds of events, some of them at the same instant. */
public final class RandomHistory {

  /** When histories start. */
  public static final Instant START = Instant.parse("2025-01-06T00:00:00Z");

  private RandomHistory() {}

  /** A history in order; the same seed gives the same. */
  public static List<Event> of(long seed) {
    Random random = new Random(seed);
    double usualGapHours = Math.exp(random.nextDouble() * 6);
    int n = 1 + random.nextInt(80);
    List<Event> events = new ArrayList<>();
    Instant at = START.plusSeconds(random.nextInt(86_400));
    for (int i = 0; i < n; i++) {
      events.add(event(seed, i, at, random));
      if (random.nextInt(10) > 0) {
        double hours = -usualGapHours * Math.log(1 - random.nextDouble());
        at = at.plus(Duration.ofMillis((long) (hours * 3_600_000)));
      }
    }
    return events.stream()
        .sorted(Comparator.comparing(Event::occurredAt).thenComparing(Event::key))
        .toList();
  }

  private static Event event(long seed, int i, Instant at, Random random) {
    int dice = i == 0 ? 0 : random.nextInt(20);
    EventKind kind = EventKind.USAGE;
    String name = "use";
    Map<String, Object> properties = Map.of();
    switch (dice) {
      case 10, 11, 12 -> {
        kind = EventKind.PURCHASE;
        name = "order";
      }
      case 13 -> {
        kind = EventKind.INTERACTION;
        name = "call";
      }
      case 14, 15 -> {
        kind = EventKind.COMPLAINT;
        name = random.nextBoolean() ? "complaint opened" : "complaint closed";
        properties = Map.of("complaintId", "c" + random.nextInt(3));
      }
      case 16 -> {
        kind = EventKind.STATUS;
        name = random.nextBoolean() ? "suspended" : "resumed";
      }
      case 17 -> {
        kind = EventKind.OUTBOUND;
        name = "mail";
      }
      case 18 -> {
        kind = EventKind.FEEDBACK;
        name = "survey";
      }
      case 19 -> {
        kind = EventKind.CANCELLATION;
        name = "asked to leave";
      }
      default -> {}
    }
    BigDecimal amount =
        kind == EventKind.PURCHASE ? BigDecimal.valueOf(random.nextInt(10_000), 2) : null;
    return new Event(
        "e" + seed + "-" + i,
        "test",
        "test:" + seed,
        name,
        kind,
        at,
        at,
        false,
        1 + random.nextInt(3),
        amount,
        null,
        null,
        properties,
        false);
  }

  /** One event of use at an instant. */
  public static Event use(String id, Instant at) {
    return event(id, EventKind.USAGE, "use", at);
  }

  /** One event. */
  public static Event event(String id, EventKind kind, String name, Instant at) {
    return new Event(
        id, "test", "test:1", name, kind, at, at, false, 1, null, null, null, Map.of(), false);
  }

  /** The state after these events, in their order. */
  public static ActivityState state(List<Event> events) {
    ActivityState state = ActivityState.empty();
    events.forEach(state::apply);
    return state;
  }
}
