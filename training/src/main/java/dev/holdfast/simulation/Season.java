package dev.holdfast.simulation;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;

/** When people are active: by hour, by weekday and on holidays. */
final class Season {

  /** Weight of each local hour; a quiet night, a small noon peak and a large evening one. */
  private static final double[] HOURS = {
    1, .5, .3, .2, .2, .4, 1, 2.2, 3.5, 4, 4.2, 4.5, 5.2, 4.8, 4, 4, 4.2, 5, 6, 7, 7.5, 7, 5, 2.5
  };

  private static final double[] HOURS_CUMULATED = cumulated(HOURS);

  /** Monday to Sunday; the mean is 1. */
  private static final double[] WEEKDAYS = {.95, .95, 1, 1, 1.1, 1.15, .85};

  private static final double SPRING_FESTIVAL = .55;
  private static final double NATIONAL_DAY = .8;
  private static final double CHRISTMAS = .5;
  private static final int HOLIDAY_WEEK_DAYS = 7;

  /** First day of the lunar year; outside these years the week is an ordinary one. */
  private static final Map<Integer, LocalDate> LUNAR_NEW_YEAR =
      Map.of(
          2024, LocalDate.of(2024, 2, 10),
          2025, LocalDate.of(2025, 1, 29),
          2026, LocalDate.of(2026, 2, 17),
          2027, LocalDate.of(2027, 2, 6),
          2028, LocalDate.of(2028, 1, 26),
          2029, LocalDate.of(2029, 2, 13),
          2030, LocalDate.of(2030, 2, 3));

  private Season() {}

  /** Activity of a day relative to an ordinary one, greater than 0. */
  static double ofDay(LocalDate day, ZoneId zone) {
    return WEEKDAYS[day.getDayOfWeek().getValue() - 1] * holiday(day, zone);
  }

  /**
   * The part of the day that has gone by when {@code share} of its activity is done.
   *
   * @param share in [0, 1]
   * @return in [0, 1], growing with {@code share}
   */
  static double partOfDay(double share) {
    double wanted = share * HOURS_CUMULATED[HOURS.length];
    int hour = 0;
    while (hour < HOURS.length - 1 && HOURS_CUMULATED[hour + 1] < wanted) {
      hour++;
    }
    double within = (wanted - HOURS_CUMULATED[hour]) / HOURS[hour];
    return (hour + Math.min(within, 1)) / HOURS.length;
  }

  /**
   * The share of a day's activity that is done when {@code part} of the day has gone by: the
   * inverse of {@link #partOfDay}.
   *
   * @param part in [0, 1]
   * @return in [0, 1]
   */
  static double shareOfDay(double part) {
    double hours = part * HOURS.length;
    int hour = (int) Math.min(hours, HOURS.length - 1);
    return (HOURS_CUMULATED[hour] + (hours - hour) * HOURS[hour]) / HOURS_CUMULATED[HOURS.length];
  }

  private static double holiday(LocalDate day, ZoneId zone) {
    if (zone.getId().startsWith("Asia/")) {
      LocalDate newYear = LUNAR_NEW_YEAR.get(day.getYear());
      if (newYear != null && withinWeekFrom(newYear, day)) {
        return SPRING_FESTIVAL;
      }
      return withinWeekFrom(LocalDate.of(day.getYear(), 10, 1), day) ? NATIONAL_DAY : 1;
    }
    boolean christmas =
        day.getMonthValue() == 12 && day.getDayOfMonth() >= 24 && day.getDayOfMonth() <= 26;
    return christmas ? CHRISTMAS : 1;
  }

  private static boolean withinWeekFrom(LocalDate first, LocalDate day) {
    return !day.isBefore(first) && day.isBefore(first.plusDays(HOLIDAY_WEEK_DAYS));
  }

  private static double[] cumulated(double[] weights) {
    double[] sums = new double[weights.length + 1];
    for (int i = 0; i < weights.length; i++) {
      sums[i + 1] = sums[i] + weights[i];
    }
    return sums;
  }
}
