package dev.holdfast.simulation;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/**
 * One local day; 23 or 25 hours long when clocks change. Instants are milliseconds of the epoch.
 *
 * @param number days since 1970-01-01, local
 * @param previousStart when the day before began
 * @param start when it begins, included
 * @param end when it ends, excluded
 * @param season activity relative to an ordinary day, greater than 0
 */
record Day(long number, long previousStart, long start, long end, double season) {

  private static final double LAST_PART = 0.999_999;

  static Day of(LocalDate date, ZoneId zone) {
    return new Day(
        date.toEpochDay(),
        startOf(date.minusDays(1), zone),
        startOf(date, zone),
        startOf(date.plusDays(1), zone),
        Season.ofDay(date, zone));
  }

  /** The instant at which this part of the day, in [0, 1], has gone by; always within the day. */
  long at(double part) {
    return start + (long) ((end - start) * Math.min(part, LAST_PART));
  }

  /** The part of the day that has gone by at an instant: 0 before it begins, 1 once it is over. */
  double partAt(long instant) {
    return Math.max(0, Math.min(1, (instant - start) / (double) (end - start)));
  }

  /**
   * True on the first day that begins at or after an instant: what is decided within a day works
   * from the next one on.
   */
  boolean isFirstFrom(Instant instant) {
    long millis = instant.toEpochMilli();
    return previousStart < millis && millis <= start;
  }

  /** True from the day on of which {@link #isFirstFrom} is true. */
  boolean isFrom(Instant instant) {
    return instant.toEpochMilli() <= start;
  }

  private static long startOf(LocalDate date, ZoneId zone) {
    return date.atStartOfDay(zone).toInstant().toEpochMilli();
  }
}
