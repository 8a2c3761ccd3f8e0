package dev.holdfast.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * How late timers act: from when they could to when they did. A timer can act once the clock and
 * its source's watermark have passed its due instant. Between two looks nobody knows when that was;
 * the earlier look is taken, so that lateness is never understated. What had become due before the
 * first look counts from that look: a stop of ours is no lateness of the timers. So is a hold: who
 * was not due when all timers were swept, though the instant was past, counts from that sweep.
 */
final class Lateness {

  private static final int LOOKS_KEPT = 2_000;

  private final Map<Integer, Deque<Passed>> bySource = new HashMap<>();
  private Map<Integer, Instant> sweptThrough = Map.of();
  private Instant sweptAt = Instant.MIN;
  private Instant lastLook = Instant.MIN;

  /** Everything due by {@code through} could act, some of it since {@code from}. */
  private record Passed(Instant from, Instant through) {}

  /**
   * Notes how far timers can act now.
   *
   * @param complete how far each source is complete, by source id
   * @param business the business instant
   * @param system the system instant
   */
  void look(Map<Integer, Instant> complete, Instant business, Instant system) {
    Instant from = lastLook.equals(Instant.MIN) ? system : lastLook;
    complete.forEach(
        (source, reached) -> {
          Instant through = reached.isBefore(business) ? reached : business;
          Deque<Passed> looks = bySource.computeIfAbsent(source, id -> new ArrayDeque<>());
          Passed last = looks.peekLast();
          if (last == null || through.isAfter(last.through())) {
            looks.addLast(new Passed(from, through));
          }
          if (looks.size() > LOOKS_KEPT) {
            looks.removeFirst();
          }
        });
    lastLook = system;
  }

  /**
   * Notes that all timers that could act have acted.
   *
   * @param through up to where they could, by source
   * @param system when the sweep began, a system instant
   */
  void swept(Map<Integer, Instant> through, Instant system) {
    sweptThrough = Map.copyOf(through);
    sweptAt = system;
  }

  /** How late a timer was that acted at the system instant {@code acted}. */
  Duration of(int source, Instant due, Instant acted) {
    Instant from = acted;
    for (Passed passed : bySource.getOrDefault(source, new ArrayDeque<>())) {
      if (!passed.through().isBefore(due)) {
        from = passed.from();
        break;
      }
    }
    Instant through = sweptThrough.get(source);
    if (through != null && !due.isAfter(through) && sweptAt.isAfter(from)) {
      from = sweptAt;
    }
    return Duration.between(from, acted);
  }
}
