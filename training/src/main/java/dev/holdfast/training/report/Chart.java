package dev.holdfast.training.report;

import dev.holdfast.training.report.Html.Markup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * A drawing with two axes. Narrow, so that its words stay legible when a telephone shows it;
 * colours and dashes come from the page's style, so that it follows light and dark and is told
 * apart without colour.
 */
final class Chart {

  /** How large and how worded. */
  enum Size {
    WIDE(420, 290, 5),
    SMALL(210, 150, 2);

    private final int width;
    private final int height;
    private final int ticks;

    Size(int width, int height, int ticks) {
      this.width = width;
      this.height = height;
      this.ticks = ticks;
    }
  }

  /**
   * An axis.
   *
   * @param label what it shows, with its unit
   * @param from value at its start
   * @param to value at its end; widened to a round number
   * @param words how a tick is written
   */
  record Axis(String label, double from, double to, DoubleFunction<String> words) {
    static Axis share(String label, double to) {
      return new Axis(label, 0, to, v -> Numbers.brief(100 * v) + "\u00a0%");
    }

    static Axis number(String label, double from, double to) {
      return new Axis(label, from, to, Numbers::brief);
    }
  }

  /** A point with what its tooltip says. */
  record Point(double x, double y, String title) {}

  private static final double TOP = 28;
  private static final double BOTTOM = 42;
  private static final double RIGHT = 26;
  private static final double LEFT = 52;

  private final Size size;
  private final Axis xAxis;
  private final Axis yAxis;
  private final List<Double> xTicks;
  private final List<Double> yTicks;
  private final StringBuilder marks = new StringBuilder();

  Chart(Size size, Axis xAxis, Axis yAxis) {
    this.size = size;
    this.xAxis = xAxis;
    this.yAxis = yAxis;
    this.xTicks = ticks(xAxis.from(), xAxis.to(), size.ticks);
    this.yTicks = ticks(yAxis.from(), yAxis.to(), size.ticks);
  }

  /**
   * Round values about {@code count} steps apart, from at or below the start to the end or past.
   */
  static List<Double> ticks(double from, double to, int count) {
    double span = to > from ? to - from : 1;
    double rough = span / count;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double step = power * 10;
    for (double factor : new double[] {1, 2, 2.5, 5}) {
      if (rough <= factor * power * 1.0001) {
        step = factor * power;
        break;
      }
    }
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.floor(from / step + 1e-9);
    long last = Math.max(first + 1, (long) Math.ceil(to / step - 1e-9));
    for (long k = first; k <= last; k++) {
      ticks.add(k * step);
    }
    return ticks;
  }

  private double x(double value) {
    return LEFT + position(value, xTicks) * (size.width - LEFT - RIGHT);
  }

  private double y(double value) {
    return size.height - BOTTOM - position(value, yTicks) * (size.height - TOP - BOTTOM);
  }

  private static double position(double value, List<Double> ticks) {
    double from = ticks.get(0);
    double to = ticks.get(ticks.size() - 1);
    return Math.max(0, Math.min(1, (value - from) / (to - from)));
  }

  /** A line through the points, in style {@code series} of the legend. */
  Chart line(int series, List<Point> points) {
    marks.append("<path class=\"line s").append(series).append("\" d=\"");
    for (int i = 0; i < points.size(); i++) {
      marks.append(i == 0 ? 'M' : 'L').append(at(points.get(i)));
    }
    marks.append("\"/>\n");
    return this;
  }

  /** Places on a line that say their values when pointed at. */
  Chart hints(int series, List<Point> points) {
    for (Point point : points) {
      marks.append("<circle class=\"hint f").append(series).append("\" ").append(centre(point));
      marks.append(" r=\"5\">").append(title(point.title())).append("</circle>\n");
    }
    return this;
  }

  /** Dots that are seen. */
  Chart dots(int series, List<Point> points) {
    for (Point point : points) {
      marks.append("<circle class=\"dot f").append(series).append("\" ").append(centre(point));
      marks.append(" r=\"4\">").append(title(point.title())).append("</circle>\n");
    }
    return this;
  }

  /** An upright bar from {@code low} to {@code high}: how sure a dot is. */
  Chart range(int series, double x, double low, double high) {
    marks.append(
        String.format(
            Locale.ROOT,
            "<path class=\"range s%d\" d=\"M%.1f %.1fV%.1f\"/>%n",
            series,
            x(x),
            y(low),
            y(high)));
    return this;
  }

  /** A thin line for comparison. */
  Chart guide(double fromX, double fromY, double toX, double toY) {
    marks.append(
        String.format(
            Locale.ROOT,
            "<path class=\"guide\" d=\"M%.1f %.1fL%.1f %.1f\"/>%n",
            x(fromX),
            y(fromY),
            x(toX),
            y(toY)));
    return this;
  }

  private String at(Point point) {
    return String.format(Locale.ROOT, "%.1f %.1f", x(point.x()), y(point.y()));
  }

  private String centre(Point point) {
    return String.format(Locale.ROOT, "cx=\"%.1f\" cy=\"%.1f\"", x(point.x()), y(point.y()));
  }

  private static String title(String text) {
    return "<title>" + Html.escape(text) + "</title>";
  }

  /** The last tick of the upright axis: where a guide to the top must end. */
  double top() {
    return yTicks.get(yTicks.size() - 1);
  }

  /** The last tick of the level axis. */
  double end() {
    return xTicks.get(xTicks.size() - 1);
  }

  /**
   * The drawing.
   *
   * @param name read out in place of it
   */
  Markup svg(String name) {
    StringBuilder svg = new StringBuilder();
    svg.append("<svg class=\"chart\" role=\"img\" viewBox=\"0 0 ");
    svg.append(size.width).append(' ').append(size.height).append("\" aria-label=\"");
    svg.append(Html.escape(name)).append("\">\n");
    for (double tick : yTicks) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<path class=\"grid\" d=\"M%.1f %.1fH%.1f\"/><text class=\"tick end\" x=\"%.1f\""
                  + " y=\"%.1f\">%s</text>%n",
              LEFT,
              y(tick),
              size.width - RIGHT,
              LEFT - 6,
              y(tick) + 4,
              Html.escape(yAxis.words().apply(tick))));
    }
    for (double tick : xTicks) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<path class=\"grid\" d=\"M%.1f %.1fv4\"/><text class=\"tick middle\" x=\"%.1f\""
                  + " y=\"%.1f\">%s</text>%n",
              x(tick),
              size.height - BOTTOM,
              x(tick),
              size.height - BOTTOM + 17,
              Html.escape(xAxis.words().apply(tick))));
    }
    svg.append("<text class=\"label\" x=\"2\" y=\"14\">").append(Html.escape(yAxis.label()));
    svg.append("</text>");
    svg.append(
        String.format(
            Locale.ROOT,
            "<text class=\"label end\" x=\"%.1f\" y=\"%d\">%s</text>%n",
            size.width - RIGHT,
            size.height - 5,
            Html.escape(xAxis.label())));
    svg.append(marks).append("</svg>\n");
    return new Markup(svg.toString());
  }

  /** At most {@code most} of the points, evenly chosen, first and last among them. */
  static <T> List<T> thin(List<T> points, int most) {
    if (points.size() <= most) {
      return points;
    }
    List<T> thin = new ArrayList<>(most);
    for (int k = 0; k < most; k++) {
      thin.add(points.get((int) ((long) k * (points.size() - 1) / (most - 1))));
    }
    return thin;
  }
}
