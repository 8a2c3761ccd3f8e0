package dev.holdfast.warning;

import dev.holdfast.activity.OperationalCalendar;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** How often segments are looked at, and what a slot of it is. */
public enum Rhythm {
  /** Days of the calendar's zone, counted since 1970-01-01. */
  DAY(86_400, 7),
  /** Hours of UTC since the epoch. */
  HOUR(3_600, 168);

  private final int seconds;
  private final int slotsAWeek;

  Rhythm(int seconds, int slotsAWeek) {
    this.seconds = seconds;
    this.slotsAWeek = slotsAWeek;
  }

  /** The usual length of a slot, by which it is known in tables and answers. */
  public int seconds() {
    return seconds;
  }

  /** Slots a week. */
  public int slotsAWeek() {
    return slotsAWeek;
  }

  /** Slots a year. */
  double slotsAYear() {
    return 365.0 * slotsAWeek / 7;
  }

  /**
   * The rhythm of slots of a length.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Rhythm ofSeconds(int seconds) {
    for (Rhythm one : values()) {
      if (one.seconds == seconds) {
        return one;
      }
    }
    throw new IllegalArgumentException("there are no slots of " + seconds + " seconds");
  }

  /** The first instant of a slot. */
  public Instant start(OperationalCalendar calendar, long slot) {
    return this == DAY
        ? LocalDate.ofEpochDay(slot).atStartOfDay(calendar.zone()).toInstant()
        : Instant.ofEpochSecond(slot * seconds);
  }

  /** The first instant after a slot. */
  public Instant end(OperationalCalendar calendar, long slot) {
    return start(calendar, slot + 1);
  }

  /** The slot that an instant belongs to. */
  public long slotOf(OperationalCalendar calendar, Instant at) {
    return this == DAY
        ? at.atZone(calendar.zone()).toLocalDate().toEpochDay()
        : Math.floorDiv(at.getEpochSecond(), (long) seconds);
  }

  /**
   * True if a slot can be compared with others of its place in the week: no holiday or make-up day,
   * and no outage of ours in it.
   */
  public boolean usual(OperationalCalendar calendar, long slot) {
    Instant start = start(calendar, slot);
    Instant end = end(calendar, slot);
    LocalDate day = start.atZone(calendar.zone()).toLocalDate();
    DayOfWeek weekday = day.getDayOfWeek();
    if (calendar.weight(day) != calendar.weekdays().get(weekday.ordinal())) {
      return false;
    }
    for (OperationalCalendar.Outage outage : calendar.outages()) {
      if (outage.from().isBefore(end) && outage.to().isAfter(start)) {
        return false;
      }
    }
    return true;
  }

  /** The slot as people name it. */
  String named(long slot) {
    return this == DAY
        ? LocalDate.ofEpochDay(slot).toString()
        : Instant.ofEpochSecond(slot * seconds)
                .atOffset(ZoneOffset.UTC)
                .toLocalDateTime()
                .toString()
            + "Z";
  }
}
