package dev.holdfast.warning;

import dev.holdfast.activity.OperationalCalendar;
import dev.holdfast.event.Cadence;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What a source brought, in slots: hours, or whole days (UTC) of a daily source, whose events often
 * have no hour.
 */
final class FeedPast {

  static final int HOURS_A_WEEK = 168;

  private static final int DAYS_A_WEEK = 7;
  private static final int HOURS_A_DAY = 24;
  private static final long HOUR_SECONDS = 3_600;

  private final int hoursASlot;
  private final NavigableMap<Long, FeedHour> hours = new TreeMap<>();
  private final NavigableMap<Long, Long> events = new TreeMap<>();

  FeedPast(Cadence cadence, List<FeedHour> past) {
    hoursASlot = cadence == Cadence.DAILY ? HOURS_A_DAY : 1;
    for (FeedHour one : past) {
      hours.put(one.hour(), one);
      if (one.events() > 0) {
        events.merge(Math.floorDiv(one.hour(), hoursASlot), one.events(), Long::sum);
      }
    }
  }

  /** 168 by the hour, 7 by the day. */
  int slotsAWeek() {
    return hoursASlot == 1 ? HOURS_A_WEEK : DAYS_A_WEEK;
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  /** The first slot in which anything occurred; there must be one. */
  long firstSlot() {
    return events.firstKey();
  }

  /** The slot that an instant is in. */
  long slotOf(Instant instant) {
    return Math.floorDiv(instant.getEpochSecond(), hoursASlot * HOUR_SECONDS);
  }

  /** The first instant of a slot. */
  Instant startOf(long slot) {
    return Instant.ofEpochSecond(slot * hoursASlot * HOUR_SECONDS);
  }

  /** Events that occurred in a slot. */
  long events(long slot) {
    return events.getOrDefault(slot, 0L);
  }

  /** What came in the hours of {@code [from, to)}, in hours since the epoch. */
  Iterable<FeedHour> came(long from, long to) {
    return Collections.unmodifiableCollection(hours.subMap(from, to).values());
  }

  /** False for a holiday, a make-up workday or an outage of ours, when other volumes are normal. */
  boolean isOrdinary(long slot, OperationalCalendar calendar) {
    if (calendar.isPlain()) {
      return true;
    }
    Instant from = startOf(slot);
    Instant to = startOf(slot + 1);
    LocalDate first = from.atZone(calendar.zone()).toLocalDate();
    LocalDate last = to.minusNanos(1).atZone(calendar.zone()).toLocalDate();
    return !calendar.days().containsKey(first)
        && !calendar.days().containsKey(last)
        && calendar.outages().stream()
            .noneMatch(outage -> outage.from().isBefore(to) && outage.to().isAfter(from));
  }
}
