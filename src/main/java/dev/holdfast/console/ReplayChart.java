package dev.holdfast.console;

import dev.holdfast.campaign.ReplayResult;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the list of each day would have held: a bar a day, of leavers, of customers who stayed, and
 * of those of whom it is not known. Coordinates are those of the drawing.
 *
 * @param catches path of the lowest parts of the bars
 * @param falseAlarms path of those above
 * @param unknown path of the highest
 * @param heights marks of the upright axis
 * @param days marks of time
 */
public record ReplayChart(
    String catches, String falseAlarms, String unknown, List<Mark> heights, List<Mark> days) {

  static final double LEFT = 52;
  static final double RIGHT = 748;
  static final double TOP = 24;
  static final double BOTTOM = 190;

  private static final int MARKS = 4;
  private static final int MOST_DAY_MARKS = 7;
  private static final double FILLED = 0.8;

  /** A mark of an axis: where, and what it says. */
  public record Mark(String at, String words) {}

  public ReplayChart {
    heights = List.copyOf(heights);
    days = List.copyOf(days);
  }

  /**
   * Draws the days of a replay.
   *
   * @param days at least one
   * @param most alarms of a day that the axis must have room for, so that two drawings can be
   *     compared
   */
  static ReplayChart of(List<ReplayResult.Day> days, int most, Formats formats) {
    int step = step(Math.max(1, most));
    int highest = step * ((Math.max(1, most) + step - 1) / step);
    double width = (RIGHT - LEFT) / days.size();
    StringBuilder catches = new StringBuilder();
    StringBuilder falseAlarms = new StringBuilder();
    StringBuilder unknown = new StringBuilder();
    for (int i = 0; i < days.size(); i++) {
      ReplayResult.Day day = days.get(i);
      double x = LEFT + i * width;
      double y = BOTTOM;
      y = bar(catches, x, y, width, day.catches(), highest);
      y = bar(falseAlarms, x, y, width, day.falseAlarms(), highest);
      bar(unknown, x, y, width, day.unknown(), highest);
    }
    List<Mark> heights = new ArrayList<>();
    for (int value = 0; value <= highest; value += step) {
      heights.add(new Mark(number(BOTTOM - height(value, highest)), formats.number(value)));
    }
    List<Mark> marks = new ArrayList<>();
    int every = (days.size() + MOST_DAY_MARKS - 1) / MOST_DAY_MARKS;
    for (int i = 0; i < days.size(); i += every) {
      LocalDate day = days.get(i).day();
      marks.add(
          new Mark(
              number(LEFT + (i + 0.5) * width),
              // In the zone of the page the instant must be of the same day.
              formats
                  .in(ZoneOffset.UTC)
                  .dayAndMonth(day.atStartOfDay().toInstant(ZoneOffset.UTC))));
    }
    return new ReplayChart(
        catches.toString(), falseAlarms.toString(), unknown.toString(), heights, marks);
  }

  /** The most alarms of a day. */
  static int most(ReplayResult result) {
    return result.days().stream().mapToInt(ReplayResult.Day::alarms).max().orElse(0);
  }

  private static double bar(
      StringBuilder path, double x, double foot, double width, int value, int highest) {
    if (value == 0) {
      return foot;
    }
    double height = height(value, highest);
    path.append(
        String.format(
            Locale.ROOT,
            "M%.1f %.1fh%.1fv%.1fh-%.1fz",
            x + width * (1 - FILLED) / 2,
            foot,
            width * FILLED,
            -height,
            width * FILLED));
    return foot - height;
  }

  private static double height(int value, int highest) {
    return (BOTTOM - TOP) * value / highest;
  }

  /** A round step of which at most a few make up {@code most}. */
  private static int step(int most) {
    int power = 1;
    while (true) {
      for (int factor : new int[] {1, 2, 5}) {
        if ((long) factor * power * MARKS >= most) {
          return factor * power;
        }
      }
      power *= 10;
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
