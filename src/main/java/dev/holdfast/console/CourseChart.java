package dev.holdfast.console;

import dev.holdfast.effect.Measurement.Look;
import dev.holdfast.evaluation.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * How the effect of a campaign became known while the outcomes came in: a line with the interval
 * that holds at every look around it, in percentage points of churn over the number of outcomes.
 * Coordinates are those of the drawing; what is wider than three times the last interval is cut
 * off.
 *
 * @param area of the interval
 * @param line of the effect
 * @param heights marks of the upright axis, in percentage points
 * @param outcomes marks of the other
 * @param zero height at which there is no effect
 */
public record CourseChart(
    String area, String line, List<Mark> heights, List<Mark> outcomes, String zero) {

  /** A mark of an axis: where, and what it says. */
  public record Mark(String at, String words) {}

  private static final double LEFT = 60;
  private static final double RIGHT = 740;
  private static final double TOP = 28;
  private static final double BOTTOM = 200;
  private static final double WIDEST = 3;
  private static final int FEWEST_LOOKS = 2;

  public CourseChart {
    heights = List.copyOf(heights);
    outcomes = List.copyOf(outcomes);
  }

  /** True if there is a line to draw. */
  static boolean possible(List<Look> course) {
    return course.size() >= FEWEST_LOOKS;
  }

  /**
   * Draws a course.
   *
   * @param course in the order of looks, see {@link #possible}
   */
  static CourseChart of(List<Look> course, Formats formats) {
    Look first = course.get(0);
    Look last = course.get(course.size() - 1);
    Interval now = last.effect();
    double limit = WIDEST * Math.max(0.005, Math.max(Math.abs(now.low()), Math.abs(now.high())));
    double most = Math.min(limit, most(course));
    ToDoubleFunction<Double> y =
        effect ->
            BOTTOM - (BOTTOM - TOP) * (Math.max(-most, Math.min(most, effect)) + most) / (2 * most);
    ToDoubleFunction<Look> x =
        look ->
            LEFT
                + (RIGHT - LEFT)
                    * (look.matured() - first.matured())
                    / (last.matured() - first.matured());
    StringBuilder line = new StringBuilder();
    StringBuilder upper = new StringBuilder();
    StringBuilder lower = new StringBuilder();
    for (Look look : course) {
      String at = at(x.applyAsDouble(look));
      line.append(line.isEmpty() ? "M" : "L")
          .append(at)
          .append(' ')
          .append(at(y.applyAsDouble(look.effect().value())));
      upper
          .append(upper.isEmpty() ? "M" : "L")
          .append(at)
          .append(' ')
          .append(at(y.applyAsDouble(look.effect().high())));
      lower.insert(0, "L" + at + " " + at(y.applyAsDouble(look.effect().low())));
    }
    double step = EffectChart.step(2 * most);
    List<Mark> heights = new ArrayList<>();
    for (double mark = -Math.floor(most / step) * step; mark <= most + 1e-9; mark += step) {
      heights.add(new Mark(at(y.applyAsDouble(mark)), EffectChart.label(mark, step)));
    }
    List<Mark> outcomes = new ArrayList<>();
    int looks = course.size() - 1;
    int quarters = Math.min(4, looks);
    for (int quarter = 0; quarter <= quarters; quarter++) {
      Look look = course.get(looks * quarter / quarters);
      outcomes.add(new Mark(at(x.applyAsDouble(look)), formats.number(look.matured())));
    }
    return new CourseChart(
        upper.toString() + lower + "Z",
        line.toString(),
        heights,
        outcomes,
        at(y.applyAsDouble(0.0)));
  }

  private static double most(List<Look> course) {
    return course.stream()
        .mapToDouble(
            look -> Math.max(Math.abs(look.effect().low()), Math.abs(look.effect().high())))
        .max()
        .orElse(1);
  }

  private static String at(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }
}
