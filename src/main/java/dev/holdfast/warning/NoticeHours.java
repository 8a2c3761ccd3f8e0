package dev.holdfast.warning;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * When people may be written to: some hours of some weekdays, by the clock on the wall. They delay
 * a message and never what it is about.
 */
final class NoticeHours {

  private static final int DAYS_A_WEEK = 7;
  private static final String MIDNIGHT = "24:00";

  private final LocalTime from;
  private final LocalTime to;
  private final Set<DayOfWeek> days;

  private NoticeHours(LocalTime from, LocalTime to, Set<DayOfWeek> days) {
    this.from = from;
    this.to = to;
    this.days = days;
  }

  /**
   * Reads hours such as {@code 08:00-20:00}, the first within and the last not, up to {@code
   * 24:00}, and days such as {@code MON,TUE}.
   *
   * @throws IllegalArgumentException if they are malformed, empty, or the hours end before they
   *     begin
   */
  static NoticeHours parse(String hours, String days) {
    String[] ends = hours.strip().split("-", -1);
    if (ends.length != 2) {
      throw malformed("hours", hours, "FROM-TO such as 08:00-20:00");
    }
    LocalTime from;
    LocalTime to;
    try {
      from = LocalTime.parse(ends[0].strip());
      to = ends[1].strip().equals(MIDNIGHT) ? LocalTime.MAX : LocalTime.parse(ends[1].strip());
    } catch (DateTimeParseException malformed) {
      throw malformed("hours", hours, "FROM-TO such as 08:00-20:00");
    }
    if (!from.isBefore(to)) {
      throw malformed("hours", hours, "hours that begin before they end");
    }
    Set<DayOfWeek> weekdays = EnumSet.noneOf(DayOfWeek.class);
    for (String day : days.split(",", -1)) {
      String wanted = day.strip().toUpperCase(Locale.ROOT);
      weekdays.add(
          EnumSet.allOf(DayOfWeek.class).stream()
              .filter(one -> wanted.equals(one.name().substring(0, 3)))
              .findFirst()
              .orElseThrow(() -> malformed("days", days, "weekdays such as MON,TUE,WED")));
    }
    return new NoticeHours(from, to, weekdays);
  }

  private static IllegalArgumentException malformed(String what, String given, String wanted) {
    return new IllegalArgumentException(
        "holdfast.warnings." + what + " must be " + wanted + ", was \"" + given + "\"");
  }

  /** The first instant at or after {@code at} that lies within the hours. */
  Instant next(Instant at, ZoneId zone) {
    ZonedDateTime local = at.atZone(zone);
    if (within(local)) {
      return at;
    }
    LocalDate day = local.toLocalDate();
    for (int ahead = 0; ahead <= DAYS_A_WEEK; ahead++) {
      // A time that the clock skips on this day is the first one after the gap.
      ZonedDateTime opens = day.plusDays(ahead).atTime(from).atZone(zone);
      if (days.contains(opens.getDayOfWeek()) && !opens.isBefore(local)) {
        return opens.toInstant();
      }
    }
    throw new IllegalStateException("a week without a day among " + days);
  }

  private boolean within(ZonedDateTime local) {
    LocalTime time = local.toLocalTime();
    return days.contains(local.getDayOfWeek())
        && !time.isBefore(from)
        && (to.equals(LocalTime.MAX) || time.isBefore(to));
  }

  /** True if the hours of a day end after this time. */
  boolean endAfter(LocalTime time) {
    return to.equals(LocalTime.MAX) || time.isBefore(to);
  }

  /** True if {@code at} lies within the hours. */
  boolean within(Instant at, ZoneId zone) {
    return within(at.atZone(zone));
  }
}
