package dev.holdfast.console;

import dev.holdfast.evaluation.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Effects as points with their intervals on one axis, in percentage points of churn; right of zero
 * customers were kept. Coordinates are those of the drawing.
 *
 * @param height of the drawing
 * @param zero where no effect is
 * @param bottom end of the upright lines
 * @param axisAt height of the marks of the axis
 * @param titleAt height of what the axis is
 */
public record EffectChart(
    List<Row> rows,
    List<Tick> ticks,
    String zero,
    String height,
    String bottom,
    String axisAt,
    String titleAt) {

  /** A line of the drawing. */
  public record Row(String name, String words, String y, String low, String value, String high) {}

  /** A mark of the axis. */
  public record Tick(String x, String words) {}

  private static final double LEFT = 24;
  private static final double RIGHT = 736;
  private static final double TOP = 24;
  private static final double STEP = 48;
  private static final double MARGIN = 1.1;
  private static final int MOST_TICKS = 8;
  private static final double POINTS = 100;

  /**
   * Draws effects.
   *
   * @param effects in churn rate, by name, at least one
   * @param words puts one into words
   */
  static EffectChart of(Map<String, Interval> effects, Function<Interval, String> words) {
    double widest =
        effects.values().stream()
            .mapToDouble(one -> Math.max(Math.abs(one.low()), Math.abs(one.high())))
            .max()
            .orElse(0);
    double limit = Math.max(0.01, widest * MARGIN);
    List<Row> rows = new ArrayList<>();
    double y = TOP + STEP / 2;
    for (Map.Entry<String, Interval> one : effects.entrySet()) {
      Interval effect = one.getValue();
      rows.add(
          new Row(
              one.getKey(),
              words.apply(effect),
              at(y),
              at(x(effect.low(), limit)),
              at(x(effect.value(), limit)),
              at(x(effect.high(), limit))));
      y += STEP;
    }
    double bottom = TOP + STEP * rows.size();
    double step = step(2 * limit);
    List<Tick> ticks = new ArrayList<>();
    for (double tick = -Math.floor(limit / step) * step; tick <= limit + 1e-9; tick += step) {
      ticks.add(new Tick(at(x(tick, limit)), label(tick, step)));
    }
    return new EffectChart(
        List.copyOf(rows),
        List.copyOf(ticks),
        at(x(0, limit)),
        at(bottom + 48),
        at(bottom),
        at(bottom + 20),
        at(bottom + 40));
  }

  /** A share in percentage points. */
  static String label(double share, double step) {
    double points = POINTS * share;
    String text = String.format(Locale.ROOT, step < 0.01 ? "%+.1f" : "%+.0f", points);
    return Math.abs(points) < 1e-6 ? "0" : text.replace('-', '−');
  }

  /** A round step that leaves few marks. */
  static double step(double range) {
    double power = Math.pow(10, Math.floor(Math.log10(range / MOST_TICKS)));
    for (double factor : new double[] {1, 2, 5}) {
      if (range / (factor * power) <= MOST_TICKS) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static double x(double share, double limit) {
    return LEFT + (RIGHT - LEFT) * (share + limit) / (2 * limit);
  }

  private static String at(double coordinate) {
    return String.format(Locale.ROOT, "%.1f", coordinate);
  }
}
