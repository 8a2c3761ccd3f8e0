package dev.holdfast.activity;

import dev.holdfast.event.Event;
import dev.holdfast.event.EventKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random histories with all kinds of events, some of them at the same instant. */
public final class RandomHistory {

  /** When histories start. */
  public static final Instant START = Instant.parse("2025-01-06T00:00:00Z");

  private static final List<String> USES =
      List.of("use", "use", "use", "login", "video played", "payment failed");
  private static final List<String> TOPICS = List.of("bill", "network", "device");
  private static final List<String> COMPLAINTS =
      List.of("complaint opened", "complaint opened", "complaint closed", "complaint escalated");
  private static final List<String> STATUSES =
      List.of("suspended", "resumed", "suspended", "resumed", "closed", "activated");
  private static final List<String> CONTRACTS =
      List.of(
          "contract-signed",
          "contract renewed",
          "contract_renewed",
          "contract-ended",
          "price-increased",
          "plan_changed");
  private static final List<String> CHANNELS =
      List.of("app", "web", "Phone", "chat", "shop", "fax");

  private RandomHistory() {}

  /** A history in order; the same seed gives the same. */
  public static List<Event> of(long seed) {
    Random random = new Random(seed);
    double usualGapHours = Math.exp(random.nextDouble() * 6);
    int n = 1 + random.nextInt(80);
    boolean slowsDown = random.nextInt(3) == 0;
    List<Event> events = new ArrayList<>();
    Instant at = START.plusSeconds(random.nextInt(86_400));
    for (int i = 0; i < n; i++) {
      events.add(event(seed, i, at, random));
      if (random.nextInt(10) > 0) {
        double slower = slowsDown ? Math.exp(Math.min(3.5, i / 10.0)) : 1;
        double hours = -usualGapHours * slower * Math.log(1 - random.nextDouble());
        at = at.plus(Duration.ofMillis((long) (hours * 3_600_000)));
      }
    }
    return events.stream()
        .sorted(Comparator.comparing(Event::occurredAt).thenComparing(Event::key))
        .toList();
  }

  private static Event event(long seed, int i, Instant at, Random random) {
    int dice = i == 0 ? 0 : random.nextInt(26);
    EventKind kind = EventKind.USAGE;
    String name = USES.get(random.nextInt(USES.size()));
    Map<String, Object> properties = new HashMap<>();
    switch (dice) {
      case 0 -> properties.put("outcome", random.nextBoolean() ? "Timeout" : "ok");
      case 10, 11, 12 -> {
        kind = EventKind.PURCHASE;
        name = random.nextInt(4) == 0 ? "order declined" : "order";
      }
      case 13, 20 -> {
        kind = EventKind.INTERACTION;
        name = "call";
        if (random.nextInt(4) > 0) {
          properties.put("topic", TOPICS.get(random.nextInt(TOPICS.size())));
        }
        sometimes(random, properties, "sentiment", random.nextInt(201) / 100.0 - 1);
      }
      case 14, 15 -> {
        kind = EventKind.COMPLAINT;
        name = COMPLAINTS.get(random.nextInt(COMPLAINTS.size()));
        properties.put("complaintId", "c" + random.nextInt(3));
        sometimes(random, properties, "severity", random.nextInt(4));
        sometimes(random, properties, "resolved", random.nextBoolean());
      }
      case 16 -> {
        kind = EventKind.STATUS;
        name = STATUSES.get(random.nextInt(STATUSES.size()));
      }
      case 17, 21 -> {
        kind = EventKind.OUTBOUND;
        name = "mail";
        sometimes(random, properties, "outcome", random.nextBoolean() ? "no-answer" : "reached");
      }
      case 18, 22 -> {
        kind = EventKind.FEEDBACK;
        name = "survey";
        // As files give it: text, and not always sense.
        sometimes(random, properties, "rating", String.valueOf(random.nextInt(7)));
        sometimes(random, properties, "sentiment", random.nextInt(201) / 100.0 - 1);
      }
      case 19 -> {
        kind = EventKind.CANCELLATION;
        name = "asked to leave";
      }
      case 23, 24, 25 -> {
        kind = EventKind.CONTRACT;
        name = CONTRACTS.get(random.nextInt(CONTRACTS.size()));
        Instant end = at.plus(Duration.ofHours(random.nextInt(24 * 400) - 24));
        sometimes(
            random,
            properties,
            "endsAt",
            random.nextBoolean() ? end.toString() : end.toString().substring(0, 10));
        sometimes(random, properties, "startsAt", at.plusSeconds(86_400).toString());
        sometimes(random, properties, "reason", random.nextBoolean() ? "voluntary" : "fraud");
      }
      default -> {}
    }
    BigDecimal amount =
        kind == EventKind.PURCHASE ? BigDecimal.valueOf(random.nextInt(10_000), 2) : null;
    String channel = random.nextInt(3) == 0 ? null : CHANNELS.get(random.nextInt(CHANNELS.size()));
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
        channel,
        properties,
        false);
  }

  private static void sometimes(
      Random random, Map<String, Object> properties, String property, Object value) {
    if (random.nextInt(3) > 0) {
      properties.put(property, value);
    }
  }

  /** One event of use at an instant. */
  public static Event use(String id, Instant at) {
    return event(id, EventKind.USAGE, "use", at);
  }

  /** One event. */
  public static Event event(String id, EventKind kind, String name, Instant at) {
    return event(id, kind, name, at, Map.of());
  }

  /** One event with properties. */
  public static Event event(
      String id, EventKind kind, String name, Instant at, Map<String, Object> properties) {
    return new Event(
        id, "test", "test:1", name, kind, at, at, false, 1, null, null, null, properties, false);
  }

  /** The state after these events, in their order. */
  public static ActivityState state(List<Event> events) {
    ActivityState state = ActivityState.empty();
    events.forEach(state::apply);
    return state;
  }
}
