package dev.holdfast.console;

import dev.holdfast.monitoring.WeekFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Observed over expected churn by week, with intervals, against the line at 1 where risks are
 * right.
 *
 * @param one height of the line at 1
 */
public record RatioChart(List<Point> points, List<Mark> marks, String one) {

  /** A week: its middle, the ratio and the ends of its interval. */
  public record Point(String x, String y, String low, String high, String week) {}

  /** A mark of the upright axis. */
  public record Mark(String y, String words) {}

  private static final int MOST = 26;
  private static final double LEFT = 60;
  private static final double RIGHT = 740;
  private static final double TOP = 28;
  private static final double BOTTOM = 192;
  private static final double STEP = 0.5;

  /** Weeks named on the axis; more would run into each other. */
  private static final int MOST_NAMES = 8;

  /**
   * Draws the newest weeks.
   *
   * @param weeks oldest first, at least one
   */
  static RatioChart of(List<WeekFigures> weeks, Formats formats) {
    List<WeekFigures> shown = weeks.subList(Math.max(0, weeks.size() - MOST), weeks.size());
    double most =
        Math.max(2, Math.min(5, shown.stream().mapToDouble(WeekFigures::high).max().orElse(2)));
    double wide = (RIGHT - LEFT) / shown.size();
    int every = (shown.size() + MOST_NAMES - 1) / MOST_NAMES;
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      WeekFigures week = shown.get(i);
      points.add(
          new Point(
              at(LEFT + wide * (i + 0.5)),
              at(y(week.ratio(), most)),
              at(y(week.low(), most)),
              at(y(week.high(), most)),
              i % every == 0
                  ? formats.dayAndMonth(week.week().atStartOfDay(formats.zone()).toInstant())
                  : ""));
    }
    List<Mark> marks = new ArrayList<>();
    for (double mark = 0; mark <= most; mark += STEP) {
      marks.add(new Mark(at(y(mark, most)), String.format(Locale.ROOT, "%.1f", mark)));
    }
    return new RatioChart(List.copyOf(points), List.copyOf(marks), at(y(1, most)));
  }

  private static double y(double ratio, double most) {
    return BOTTOM - (BOTTOM - TOP) * Math.min(ratio, most) / most;
  }

  private static String at(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }
}
