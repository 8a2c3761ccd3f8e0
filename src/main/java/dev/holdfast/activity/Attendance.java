package dev.holdfast.activity;

import java.time.Instant;

/**
 * On which of the last 64 days and in which of the last 64 hours a customer used the service.
 *
 * <p>A function of the set of uses, whatever the order in which they come, as long as none is older
 * than {@link #REACH} days when it comes: such a one is dropped, because what it would change can
 * no longer be told. Days are those of the operational calendar, hours those of UTC. Immutable.
 *
 * @param newestDay day of the last use, in days since 1970-01-01
 * @param days bit {@code i}: used on day {@code newestDay - i}
 * @param newestHour hour of the last use, in hours since the epoch
 * @param hours bit {@code i}: used in hour {@code newestHour - i}
 */
public record Attendance(int newestDay, long days, int newestHour, long hours) {

  /** A customer is due for so many days after a use; who stays away longer is not expected. */
  public static final int LONGEST_GAP = 28;

  /** How far behind the newest day a use may lie and still be taken, in days. */
  public static final int REACH = Long.SIZE - LONGEST_GAP;

  /** {@link #gapOn} of a day without use. */
  public static final int NOT_USED = -1;

  /** {@link #gapOn} of the first use, or the first in {@link #LONGEST_GAP} days. */
  public static final int FIRST = 0;

  private static final long HOUR_MICROS = 3_600_000_000L;

  public Attendance {
    if ((days & 1) == 0 || (hours & 1) == 0) {
      throw new IllegalArgumentException(
          "the newest day and hour are days and hours of use, had the bits "
              + Long.toHexString(days)
              + " and "
              + Long.toHexString(hours));
    }
  }

  /** Of a customer who used the service once. */
  public static Attendance first(OperationalCalendar calendar, Instant at) {
    long micros = ActivityState.micros(at);
    return new Attendance(calendar.day(micros), 1, hour(micros), 1);
  }

  /**
   * With one more use.
   *
   * @return this very object if it changes nothing: the hour is known, or it {@linkplain
   *     #tooOld(OperationalCalendar, Instant) is too old}
   */
  public Attendance use(OperationalCalendar calendar, Instant at) {
    long micros = ActivityState.micros(at);
    int day = calendar.day(micros);
    int hour = hour(micros);
    if (newestDay - day >= REACH || used(day) && usedIn(hour)) {
      return this;
    }
    long moreDays = with(days, newestDay, day);
    long moreHours = with(hours, newestHour, hour);
    return moreDays == days && moreHours == hours && day <= newestDay && hour <= newestHour
        ? this
        : new Attendance(Math.max(newestDay, day), moreDays, Math.max(newestHour, hour), moreHours);
  }

  /** True if a use is so late that it is dropped. */
  public boolean tooOld(OperationalCalendar calendar, Instant at) {
    return newestDay - calendar.day(ActivityState.micros(at)) >= REACH;
  }

  /** True if the service was used on a day, as far back as is remembered. */
  public boolean used(int day) {
    return bit(days, newestDay - (long) day);
  }

  /** True if the service was used in an hour, as far back as is remembered. */
  public boolean usedIn(int hour) {
    return bit(hours, newestHour - (long) hour);
  }

  /**
   * Days between a use and the one before.
   *
   * @return 1 to {@link #LONGEST_GAP}, {@link #FIRST} if there was none in that time, or {@link
   *     #NOT_USED}; exact for the last {@link #REACH} days
   */
  public int gapOn(int day) {
    if (!used(day)) {
      return NOT_USED;
    }
    int position = newestDay - day;
    long before = position == Long.SIZE - 1 ? 0 : days >>> (position + 1);
    int gap = Long.numberOfTrailingZeros(before) + 1;
    return gap <= LONGEST_GAP ? gap : FIRST;
  }

  /** True if a visit is to be expected on a day: the last one before lies not too long ago. */
  public boolean dueOn(int day) {
    long position = newestDay - (long) day;
    long before;
    if (position >= Long.SIZE - 1) {
      before = 0;
    } else if (position >= -1) {
      before = days >>> (position + 1);
    } else {
      before = -position - 1 >= Long.SIZE ? 0 : days << (-position - 1);
    }
    return (before & ((1L << LONGEST_GAP) - 1)) != 0;
  }

  /** The day in which an hour begins, both since the epoch. */
  public static int dayOf(OperationalCalendar calendar, int hour) {
    return calendar.day(hour * HOUR_MICROS);
  }

  private static int hour(long micros) {
    return Math.toIntExact(Math.floorDiv(micros, HOUR_MICROS));
  }

  private static boolean bit(long bits, long position) {
    return position >= 0 && position < Long.SIZE && (bits >>> position & 1) != 0;
  }

  /** The bits counted from the later of two places, with that of the other set. */
  private static long with(long bits, int newest, int added) {
    long ahead = (long) added - newest;
    if (ahead > 0) {
      return (ahead >= Long.SIZE ? 0 : bits << ahead) | 1;
    }
    return -ahead >= Long.SIZE ? bits : bits | 1L << -ahead;
  }
}
